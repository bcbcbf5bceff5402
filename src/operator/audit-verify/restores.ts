import type { Store } from '#bff/platform/store/open.ts';
import type { Head } from '#bff/records/audit-log/keys.ts';
import { readRestored } from './restored.ts';

export type LoggedRestore = {
  /** The row of the restore, the first after the backup's end. */
  seq: number;
  at: number;
  actor: string;
  /** Null: the replaced log could not be read. */
  replaced: { seq: number; hash: string } | null;
};

/** Oldest first. Verify the log too, because anybody could have forged these rows. */
export async function restoresIn(store: Store): Promise<LoggedRestore[]> {
  const rows = await store
    .selectFrom('audit_log')
    .select(['seq', 'at', 'actor', 'reason'])
    .where('event', '=', 'store.restored')
    .orderBy('seq')
    .execute();
  return rows.flatMap(({ seq, at, actor, reason }) => {
    const read = readRestored(reason);
    return read && read.backup.seq === seq - 1 ? [{ seq, at, actor: actor ?? '', replaced: read.replaced }] : [];
  });
}

/**
 * Whether the restore is the reason why the checkpoint's row is missing. It is, if the row was written after the backup
 * and before the restore.
 */
export function explains({ seq, at, replaced }: LoggedRestore, checkpoint: Head): boolean {
  if (checkpoint.seq < seq || checkpoint.at > at) return false;
  if (replaced === null || checkpoint.seq < replaced.seq) return true;
  return checkpoint.seq === replaced.seq && checkpoint.hash === replaced.hash;
}

export function describeRestore({ seq, at, actor, replaced }: LoggedRestore): string {
  const lost =
    replaced === null
      ? `what it replaced could not be read, so nobody knows how many rows after row ${seq - 1} are lost`
      : replaced.seq < seq
        ? 'no row is lost'
        : `rows ${seq} to ${replaced.seq} of before are lost`;
  return `Row ${seq}, ${new Date(at).toISOString()}: ${actor} restored a backup that ended at row ${seq - 1}; ${lost}.`;
}
