import { isUnusable } from '#database/errors.ts';

/** Waits for a write that may fail: ignores an error when the store is unavailable. */
export async function tolerate(write: Promise<unknown>): Promise<void> {
  try {
    await write;
  } catch (error) {
    if (!isUnusable(error)) throw error;
  }
}
