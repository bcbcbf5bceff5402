import { isUnusable } from '#database/errors.ts';

export async function tolerate(write: Promise<unknown>): Promise<void> {
  try {
    await write;
  } catch (error) {
    if (!isUnusable(error)) throw error;
  }
}
