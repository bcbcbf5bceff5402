import { isUnusable } from '#database/errors.ts';

/** Waits for a write whose failure does not matter. Ignores the error of an unavailable store. */
export async function tolerate(write: Promise<unknown>): Promise<void> {
  try {
    await write;
  } catch (error) {
    if (!isUnusable(error)) throw error;
  }
}
