import { freeText } from '#contract/audit-log/audit-reasons.ts';
import { copyFileSync, chmodSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { makeFolder } from '#database/make-folder.ts';
import type { Clock } from '#clock';
import { storeNow } from '#database/portable-sql.ts';
import { getReason } from '#database/errors.ts';
import { openSqlite } from '#database/open.ts';
import { createAuditLog, newRow } from '#bff/records/audit-log/audit-log.ts';
import { notTold } from '#bff/records/notifications/record-delivery.ts';
import type { AuditKeys, Head } from '#bff/records/audit-log/keys.ts';
import { readHead } from '#bff/records/audit-log/head.ts';
import { restoredText } from '../audit-verify/restored.ts';
import { describeTampering, verifyAuditLog } from '../audit-verify/verify-log.ts';
import { createFreezes } from '#bff/features/helpdesk/freezes/freezes.ts';
import { createAttackSigns } from '#bff/features/helpdesk/attack-signs/attack-signs.ts';
import { migrations } from '#bff/platform/store/create-tables.ts';
import { readOperator } from '../program/operator.ts';
import { personCalled } from '../program/person.ts';
import { openStore, type Store, type StorePlace } from '#bff/platform/store/open.ts';
import type { Tables } from '#bff/platform/store/schema.ts';
import { upsert } from '#bff/platform/store/upsert.ts';
import { endEverything, hasLivePortals, readReplaced, type Ended, type Replaced } from './end-everything.ts';
import { deleteFile, deleteLog, findFault, isInUse, keepFile, moveFile, programIn } from './sqlite-file.ts';

/** Thrown when the restore is impossible. Nothing was changed. */
export class RestoreRefusal extends Error {
  override readonly name = 'RestoreRefusal';
}

export type Restored = {
  head: Head;
  /** Null if there was no store, or if it could not be read. */
  replaced: Replaced | null;
  unreadable: string | null;
  ended: Ended;
  /**
   * `frozen`: people whom the restore froze. `notFrozenBefore`: people who are frozen only because the backup has their
   * freeze; empty if `replaced` is null.
   */
  frozen: string[];
  notFrozenBefore: string[];
  /** The replaced file's new name, or null. */
  keptAs: string | null;
};

export type RestoreOptions = {
  keys: AuditKeys;
  clock: Clock;
  /** Ids or logins of further people to freeze. */
  freeze: readonly string[];
};

/** A portal without a heartbeat for this time is treated as dead. */
const SILENT_MS = 45_000;

/** One transaction: after an error nothing was changed. */
async function restoreFreezes(
  store: Store,
  replaced: Replaced | null,
  { keys, clock, freeze }: RestoreOptions,
): Promise<Pick<Restored, 'head' | 'ended' | 'frozen' | 'notFrozenBefore'>> {
  const tampered = await verifyAuditLog(store, { keys });
  if (tampered) throw new RestoreRefusal(`its audit log does not hold: ${describeTampering(tampered)}`);
  const head = await readHead(store);
  // An empty log has no signature, so anybody could have made this file.
  if (head.seq === 0) throw new RestoreRefusal('its audit log is empty');
  const wanted = [...(replaced?.freezes.map(({ userId }) => userId) ?? [])];
  for (const named of freeze) wanted.push(await personCalled(store, named));
  const frozenBefore = (await store.selectFrom('freezes').select('user_id').execute()).map(({ user_id }) => user_id);
  const freezes = createFreezes(store, clock);
  const attackSigns = createAttackSigns(store, clock);
  const frozen = [...new Set(wanted)].filter((userId) => !frozenBefore.includes(userId));
  const auditLog = createAuditLog(store, clock, keys);
  const by = readOperator('latchkey restore');
  const frozenAgain = { outcome: 'success', reason: 'frozen again after a restore' } as const;
  let end: Awaited<ReturnType<typeof endEverything>> | null = null;
  await auditLog.event(
    by,
    { event: 'store.restored', subject: null },
    { outcome: 'success', reason: freeText(restoredText(head, replaced?.head ?? null)) },
    async (tx) => {
      const kept = replaced ?? { revocations: [], codesNeeded: [] };
      end = await endEverything(tx, { now: clock.now(), end: head.seq }, kept);
      for (const attackSign of replaced?.attackSigns ?? []) await upsert(tx, 'attack_signs', ['id'], attackSign);
      for (const userId of frozen) {
        await freezes.freeze(userId, tx);
        const { at, reported } = replaced?.freezes.find((one) => one.userId === userId) ?? {};
        if (at === undefined) await attackSigns.record(tx, userId, 'frozen', null);
        // Keeps the time of the first freeze, because methods added within seven days before that time are suspect.
        else await tx.updateTable('freezes').set({ at, reported }).where('user_id', '=', userId).execute();
      }
    },
    () => [
      ...end!.unsent.flatMap(({ event, address, subject, correlation_id: correlationId }) =>
        event === null
          ? []
          : newRow(
              'event',
              { ...by, correlationId },
              { event: 'helpdesk.notification', subject },
              { outcome: 'failure', reason: notTold(event, address) },
            ),
      ),
      ...frozen.map((subject) => newRow('event', by, { event: 'user.account.freeze', subject }, frozenAgain)),
    ],
  );
  const notFrozenBefore = replaced ? frozenBefore.filter((userId) => !wanted.includes(userId)) : [];
  return { head, ended: end!.ended, frozen, notFrozenBefore };
}

async function tryReplaced(place: StorePlace): Promise<Pick<Restored, 'replaced' | 'unreadable'>> {
  try {
    const store = await openStore(place, { existing: 'read' });
    try {
      return { replaced: await readReplaced(store), unreadable: null };
    } finally {
      await store.destroy();
    }
  } catch (error) {
    return { replaced: null, unreadable: getReason(error) };
  }
}

/**
 * Changes a copy of the backup first. After an error or a kill, the store and the backup are unchanged, and the command
 * can run again. Throws a RestoreRefusal.
 */
export async function restoreFile(backup: string, dataDir: string, options: RestoreOptions): Promise<Restored> {
  const file = join(dataDir, 'portal.sqlite');
  const next = `${file}.restoring`;
  if (!existsSync(backup)) throw new RestoreRefusal(`${backup} does not exist`);
  const fault = findFault(backup) ?? programIn(backup);
  if (fault !== null) throw new RestoreRefusal(`${backup} is damaged: ${fault}`);
  if (isInUse(file)) throw new RestoreRefusal(`a portal runs on ${file}: stop it`);
  const had = existsSync(file);
  const { replaced, unreadable } = had ? await tryReplaced({ dataDir }) : { replaced: null, unreadable: null };
  makeFolder(dataDir);
  deleteFile(next);
  try {
    copyFileSync(backup, next);
    chmodSync(next, 0o600);
    const store = (await openSqlite<Tables>({ file: next, migrations })) as Store;
    let ended: Awaited<ReturnType<typeof restoreFreezes>>;
    try {
      ended = await restoreFreezes(store, replaced, options);
    } finally {
      await store.destroy();
    }
    const keptAs = had
      ? `${file}.replaced-${new Date(options.clock.now()).toISOString().replaceAll(/[:.]/g, '-')}`
      : null;
    // A portal that was started during the restore would keep writing to the replaced file.
    if (isInUse(file)) throw new RestoreRefusal(`a portal was started on ${file} meanwhile: stop it`);
    // The store's file exists under its name at every moment. Otherwise a portal could create an empty store.
    if (keptAs !== null) keepFile(file, keptAs);
    // This `-wal` belongs to the replaced store. `isInUse` has moved its content into the store's file.
    deleteLog(file);
    moveFile(next, file);
    return { ...ended, replaced, unreadable, keptAs };
  } catch (error) {
    deleteFile(next);
    throw error;
  }
}

/**
 * Call it after `pg_restore` and before a portal starts. `replacedPlace`: the replaced database, if it can still be
 * read.
 */
export async function endOpenThings(
  place: StorePlace,
  replacedPlace: StorePlace | null,
  options: RestoreOptions,
): Promise<Restored> {
  const { replaced, unreadable } = replacedPlace
    ? await tryReplaced(replacedPlace)
    : { replaced: null, unreadable: 'no --replaced was given' };
  const store = await openStore(place);
  try {
    if (await hasLivePortals(store, SILENT_MS, storeNow(store)))
      throw new RestoreRefusal(
        'a portal ran on this database less than a minute ago: stop all, and try again in a minute',
      );
    return { ...(await restoreFreezes(store, replaced, options)), replaced, unreadable, keptAs: null };
  } finally {
    await store.destroy();
  }
}
