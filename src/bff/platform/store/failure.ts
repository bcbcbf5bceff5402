import { isUnusable } from '#database/errors.ts';

/** Waits for a write that the reader does not depend on, and ignores a failing store. */
export async function tolerate(write: Promise<unknown>): Promise<void> {
  try {
    await write;
  } catch (error) {
    if (!isUnusable(error)) throw error;
  }
}
