/** SQLite's primary result codes for an unusable store: no space, no permission, no disk, a broken file. */
const unusable = new Set([3, 8, 10, 11, 13, 14, 26]);

/** Whether the store failed, rather than a statement. */
export function isStoreFailure(error: unknown): boolean {
  const { code, errcode } = (error ?? {}) as { code?: unknown; errcode?: unknown };
  return code === 'ERR_SQLITE_ERROR' && typeof errcode === 'number' && unusable.has(errcode & 0xff);
}

/** Waits for a write that the reader does not depend on, and ignores a failing store. */
export async function tolerate(write: Promise<unknown>): Promise<void> {
  try {
    await write;
  } catch (error) {
    if (!isStoreFailure(error)) throw error;
  }
}
