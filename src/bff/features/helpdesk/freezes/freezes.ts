import { sql } from 'kysely';
import { type Locale, findLocale } from '#contract/locale/locales.ts';
import { DAY_MS, type Clock } from '#clock';
import { greatest } from '#database/portable-sql.ts';
import { prepare, type Value } from '#database/prepared.ts';
import { lastWritten } from '../../../records/audit-log/head.ts';
import { lockPeople } from '../../../platform/store/change-store.ts';
import { bindParts } from '../../../platform/bind-parts.ts';
import type { Store } from '../../../platform/store/open.ts';
import { sha256, randomToken } from '../../../platform/store/secrets.ts';
import type { Reported } from './reported.ts';

const MOST = 200;
const LINK_MS = 7 * DAY_MS;

const MOST_REPORTS = 10;

async function readFreeze(
  userId: string,
  tx: Store,
): Promise<{ at: number; requestedAt: number; reported: Reported[] } | null> {
  const row = await tx
    .selectFrom('freezes')
    .select(['at', 'requested_at', 'reported'])
    .where('user_id', '=', userId)
    .executeTakeFirst();
  if (!row) return null;
  const { at, requested_at: requestedAt, reported } = row;
  return { at, requestedAt, reported: reported === null ? [] : (JSON.parse(reported) as Reported[]) };
}

/** Ignores an equal report, and every report after `MOST_REPORTS`. */
function withReport(kept: Reported[], report: Reported | null): Reported[] {
  const isKept = ({ at, event, kind, by }: Reported) =>
    at === report?.at && event === report.event && kind === report.kind && by === report.by;
  if (report === null || kept.length >= MOST_REPORTS || kept.some(isKept)) return kept;
  return [...kept, report];
}

export type Freezes = ReturnType<typeof createFreezes>;
/** Stored with the link, because a freeze makes no call to Okta. */
type LinkOwner = { id: string; name: string; locale: Locale | null; timeZone: string | null };

const prepareAt = (store: Store) =>
  prepare(store, (value: Value<{ userId: string }>) =>
    store.selectFrom('freezes').select('at').where('user_id', '=', value('userId')),
  );

type Parts = { store: Store; clock: Clock; findFreezeTime: ReturnType<typeof prepareAt> };

/** Returns ms since 1970. */
async function findSince({ findFreezeTime }: Parts, userId: string): Promise<number | null> {
  const [row] = await findFreezeTime({ userId });
  return row?.at ?? null;
}

/**
 * Returns false if the person was already frozen. `report`: what the person reported as not theirs.
 * `renews`: whether a repeated freeze changes the time of the last request.
 */
async function freeze(
  { store, clock }: Parts,
  userId: string,
  tx: Store = store,
  report: Reported | null = null,
  renews = true,
): Promise<boolean> {
  await lockPeople(tx, userId);
  const now = clock.now();
  const earlier = await readFreeze(userId, tx);
  const reports = withReport(earlier?.reported ?? [], report);
  const reported = reports.length === 0 ? null : JSON.stringify(reports);
  const row = await tx
    .insertInto('freezes')
    .values({ user_id: userId, at: now, requested_at: now, reported })
    .onConflict((conflict) =>
      conflict
        .column('user_id')
        .doUpdateSet({ reported, ...(renews && { requested_at: greatest(sql`freezes.requested_at + 1`, now) }) }),
    )
    .returning('at')
    .executeTakeFirstOrThrow();
  return row.at !== earlier?.at;
}

/** `at`: the first request. `requestedAt`: the last request. Both in ms since 1970. */
const find = ({ store }: Parts, userId: string, tx: Store = store) => readFreeze(userId, tx);

async function listAddedSince({ store }: Parts, userId: string, since: number) {
  const rows = await store
    .selectFrom('audit_log')
    .select(['factor_id', 'kind', 'at'])
    .where('subject', '=', userId)
    .where('event', '=', 'user.mfa.factor.activate')
    .where('outcome', '=', 'success')
    .where('at', '>=', since)
    .where('seq', '<=', lastWritten)
    .orderBy('seq', 'desc')
    .limit(MOST)
    .execute();
  return rows.flatMap(({ factor_id: id, kind, at }) => (id === null ? [] : [{ id, kind, at }]));
}

/** Returns false if it ended no freeze. With `requestedAt`, it ends only the freeze that was last requested then. */
async function unfreeze({ store }: Parts, userId: string, tx: Store = store, requestedAt?: number) {
  let query = tx.deleteFrom('freezes').where('user_id', '=', userId);
  if (requestedAt !== undefined) query = query.where('requested_at', '=', requestedAt);
  return (await query.executeTakeFirst()).numDeletedRows > 0n;
}

/** The store keeps only the token's hash. */
function createLink({ clock }: Parts, { id: user_id, name, locale, timeZone: time_zone }: LinkOwner) {
  const token = randomToken(32);
  const expires_at = clock.now() + LINK_MS;
  return { token, row: { token_hash: sha256(token), user_id, name, locale, time_zone, expires_at } };
}

async function addLink(parts: Parts, owner: LinkOwner, tx: Store): Promise<string> {
  const { token, row } = createLink(parts, owner);
  await tx.insertInto('freeze_links').values(row).execute();
  return token;
}

/** A link for a frozen person would have no effect. */
async function addLinkUnlessFrozen(parts: Parts, owner: LinkOwner, tx: Store): Promise<string | null> {
  const { token, row } = createLink(parts, owner);
  const columns = Object.keys(row) as (keyof typeof row)[];
  const values = tx
    .selectNoFrom(({ val }) => columns.map((column) => val(row[column]).as(column)))
    .where(({ not, exists, selectFrom }) =>
      not(exists(selectFrom('freezes').select('user_id').where('user_id', '=', owner.id))),
    );
  const made = await tx.insertInto('freeze_links').columns(columns).expression(values).executeTakeFirst();
  return made.numInsertedOrUpdatedRows ? token : null;
}

/** Returns null if the link is unknown, used or expired. */
async function findLinkOwner({ store, clock }: Parts, token: string): Promise<LinkOwner | null> {
  const row = await store
    .selectFrom('freeze_links')
    .select(['user_id as id', 'name', 'locale', 'time_zone as timeZone'])
    .where('token_hash', '=', sha256(token))
    .where('frozen_at', 'is', null)
    .where('expires_at', '>', clock.now())
    .executeTakeFirst();
  return row ? { ...row, locale: findLocale(row.locale) } : null;
}

/** Returns false if another request has used the link. */
async function useLink(token: string, tx: Store): Promise<boolean> {
  const used = await tx
    .updateTable('freeze_links')
    .set(({ selectFrom }) => ({
      frozen_at: selectFrom('freezes').select('at').whereRef('freezes.user_id', '=', 'freeze_links.user_id'),
    }))
    .where('token_hash', '=', sha256(token))
    .where('frozen_at', 'is', null)
    .executeTakeFirst();
  return used.numUpdatedRows > 0n;
}

/** Returns null if the link has no freeze, or its freeze has ended. `since`: ms since 1970. */
async function findByUsedLink({ store }: Parts, token: string): Promise<{ since: number; name: string } | null> {
  const row = await store
    .selectFrom('freeze_links')
    .innerJoin('freezes', 'freezes.user_id', 'freeze_links.user_id')
    .select(['freezes.at as since', 'freeze_links.name'])
    .whereRef('freezes.at', '=', 'freeze_links.frozen_at')
    .where('token_hash', '=', sha256(token))
    .executeTakeFirst();
  return row ?? null;
}

export const createFreezes = (store: Store, clock: Clock) => ({
  ...bindParts(
    { store, clock, findFreezeTime: prepareAt(store) },
    {
      since: findSince,
      freeze,
      of: find,
      addedSince: listAddedSince,
      unfreeze,
      link: addLink,
      linkUnlessFrozen: addLinkUnlessFrozen,
      ofLink: findLinkOwner,
      ofUsedLink: findByUsedLink,
    },
  ),
  useLink,
});
