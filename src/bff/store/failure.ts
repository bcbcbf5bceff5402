/**
 * SQLite's primary result codes that say that the store itself cannot be used now: no space, no permission, no disk, a
 * broken file.
 */
const unusable = new Set([3, 8, 10, 11, 13, 14, 26]);

/** Whether the store failed, rather than a statement. */
export function isStoreFailure(error: unknown): boolean {
  const { code, errcode } = (error ?? {}) as { code?: unknown; errcode?: unknown };
  return code === 'ERR_SQLITE_ERROR' && typeof errcode === 'number' && unusable.has(errcode & 0xff);
}

/** Waits for a write that reading can do without; a store that cannot be written is none of the reader's concern. */
export async function tolerate(write: Promise<unknown>): Promise<void> {
  try {
    await write;
  } catch (error) {
    if (!isStoreFailure(error)) throw error;
  }
}
