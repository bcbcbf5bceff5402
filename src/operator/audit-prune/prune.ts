import { freeText } from '#contract/audit-log/audit-reasons.ts';
import type { Clock } from '#clock';
import type { Store } from '#bff/platform/store/open.ts';
import { createAuditLog, type Actor } from '#bff/records/audit-log/audit-log.ts';
import { lastPruned, prunedText, readHead } from '#bff/records/audit-log/head.ts';
import type { AuditKeys, Head } from '#bff/records/audit-log/keys.ts';
import { describeTampering, verifyAuditLog } from '../audit-verify/verify-log.ts';
import { assertMayChangeLog } from '../program/operator.ts';
import { forgetNames } from './forget-names.ts';

/** Thrown when pruning stops or does not start. Rows that were already deleted stay deleted. */
class PruneRefusal extends Error {
  override readonly name = 'PruneRefusal';
}

type Options = {
  store: Store;
  clock: Clock;
  keys: AuditKeys;
  actor: Actor;
  /** In ms. */
  retentionMs: number;
  checkpoints: readonly Head[];
  /** If the log has a sink, rows that the sink lacks are not deleted. */
  hasSink: boolean;
  /** How many rows one transaction deletes. On SQLite, changes of portals wait for this transaction. */
  slice?: number;
  progress?: (rows: number, of: number) => void;
};

/**
 * The last row that may be deleted. Keeps all rows from the oldest open intent on, and all rows that the sink lacks.
 */
async function lastToGo(store: Store, hasSink: boolean): Promise<number> {
  // Reads the head first, so that an intent that is written later has a higher number and is not deleted.
  const { seq: head } = await readHead(store);
  const { seq: sent } = await store.selectFrom('audit_sink_cursor').select('seq').executeTakeFirstOrThrow();
  const open = await store.selectFrom('open_intents').select('seq').orderBy('seq').limit(1).executeTakeFirst();
  return Math.min(head, hasSink ? sent : head, open ? open.seq - 1 : head);
}

/** Returns the newest checkpoint that was compared, or null. */
async function verify({ store, keys, checkpoints, progress = () => {} }: Options): Promise<Head | null> {
  const pruned = await lastPruned(store);
  const there = checkpoints.filter(({ seq }) => seq >= (pruned?.seq ?? 0));
  if (pruned && there.length === 0)
    throw new PruneRefusal(
      `name a checkpoint of row ${pruned.seq} or a later one by --checkpoint: the run that wrote row ${pruned.by} printed one`,
    );
  const tampered = await verifyAuditLog(store, { keys, checkpoints: there, progress });
  if (tampered) throw new PruneRefusal(`the audit log does not hold: ${describeTampering(tampered)}`);
  return there.reduce<Head | null>((newest, one) => (newest && newest.seq >= one.seq ? newest : one), null);
}

/**
 * Deletes the oldest rows in several transactions. Each transaction also writes a signed row that names the last
 * deleted row, so that the remaining log verifies even after a crash. Throws a PruneRefusal.
 */
export async function pruneAuditLog(options: Options): Promise<{ rows: number; checkpoint: Head | null }> {
  const { store, clock, keys, actor, retentionMs, hasSink, slice = 2000 } = options;
  await assertMayChangeLog(store);
  const checkpoint = await verify(options);
  const until = clock.now() - retentionMs;
  let rows = 0;
  for (;;) {
    const prunedUntil = (await lastPruned(store))?.seq ?? 0;
    const next = await store
      .selectFrom('audit_log')
      .select(['seq', 'at', 'hash'])
      .where('seq', '>', prunedUntil)
      .where('seq', '<=', await lastToGo(store, hasSink))
      .orderBy('seq')
      .limit(slice)
      .execute();
    const young = next.findIndex(({ at }) => at > until);
    const last = (young < 0 ? next : next.slice(0, young)).at(-1);
    if (!last) break;
    // A new `AuditLog` object for each event, because portals may write rows between two events.
    await createAuditLog(store, clock, keys).event(
      actor,
      { event: 'audit_log.prune', subject: null },
      { outcome: 'success', reason: freeText(prunedText(last, checkpoint)) },
      async (tx) => {
        const deleted = await tx.deleteFrom('audit_log').where('seq', '<=', last.seq).executeTakeFirst();
        if (Number(deleted.numDeletedRows) !== last.seq - prunedUntil)
          throw new PruneRefusal('rows went meanwhile: another process prunes, or somebody deleted some');
      },
    );
    rows += last.seq - prunedUntil;
  }
  if (rows === 0) return { rows, checkpoint: null };
  await forgetNames(store);
  return { rows, checkpoint: await readHead(store) };
}
