import { sql, type Selectable } from 'kysely';
import { ApiError } from '#contract/errors.ts';
import { attackSignKinds } from '#contract/helpdesk-schemas.ts';
import type { AttackSign } from '#contract/helpdesk.ts';
import { DAY_MS, type Clock } from '#clock';
import { bindParts } from '../../../platform/bind-parts.ts';
import { lockPeople } from '../../../platform/store/change-store.ts';
import type { Store } from '../../../platform/store/open.ts';
import type { Tables } from '../../../platform/store/schema.ts';
import { randomToken } from '../../../platform/store/secrets.ts';

/** In this time after the last occurrence, resets need an approver. */
const LAST_MS = DAY_MS;
const MOST = 50;

type Row = Selectable<Tables['attack_signs']>;
/** The staff member who reported the call or whose request was denied. Null for a freeze. */
type Asker = { id: string; name: string } | null;

const parseSigns = ({ signs }: Pick<Row, 'signs'>): AttackSign['signs'] =>
  signs === null ? [] : (JSON.parse(signs) as AttackSign['signs']);
const signsText = (all: AttackSign['signs']): string | null =>
  all.length === 0 ? null : JSON.stringify([...new Set(all)]);

export type AttackSigns = ReturnType<typeof createAttackSigns>;

type Parts = { store: Store; clock: Clock };

const lasting = ({ clock }: Parts, tx: Store, userId: string) =>
  tx.selectFrom('attack_signs').where('user_id', '=', userId).where('ends_at', '>', clock.now());

/**
 * To avoid a deadlock, a caller that locks several people must have locked all of them before.
 * `odd`: what the agent found suspicious.
 */
async function record(
  parts: Parts,
  tx: Store,
  userId: string,
  kind: AttackSign['kind'],
  asker: Asker,
  odd: AttackSign['signs'] = [],
): Promise<void> {
  await lockPeople(tx, userId);
  const now = parts.clock.now();
  const ends_at = now + LAST_MS;
  const same = await lasting(parts, tx, userId)
    .selectAll()
    .where('kind', '=', kind)
    .where('agent_id', asker ? '=' : 'is', asker?.id ?? null)
    .limit(1)
    .executeTakeFirst();
  if (same) {
    const times = same.times + 1;
    const signs = signsText([...parseSigns(same), ...odd]);
    await tx
      .updateTable('attack_signs')
      .set({ times, last_at: now, signs, ends_at })
      .where('id', '=', same.id)
      .execute();
    return;
  }
  await tx
    .insertInto('attack_signs')
    .values({
      id: randomToken(12),
      user_id: userId,
      kind,
      agent_id: asker?.id ?? null,
      agent_name: asker?.name ?? null,
      times: 1,
      last_at: now,
      signs: signsText(odd),
      ends_at,
    })
    .execute();
}

/** The most important kinds come first, then the newest. */
async function list(parts: Parts, userId: string): Promise<AttackSign[]> {
  const rows = await lasting(parts, parts.store, userId)
    .selectAll()
    .orderBy(sql<number>`CASE WHEN kind = 'frozen_again' THEN 0 ELSE 1 END`)
    .orderBy('last_at', 'desc')
    .limit(MOST)
    .execute();
  const getWeight = ({ kind }: Row) => attackSignKinds.indexOf(kind);
  const sorted = rows.toSorted((one, other) => getWeight(one) - getWeight(other));
  return sorted.map((row) => ({
    kind: row.kind,
    by: row.agent_name,
    times: row.times,
    at: new Date(row.last_at).toISOString(),
    signs: parseSigns(row),
  }));
}

async function findAmong({ store, clock }: Parts, userIds: readonly string[]): Promise<ReadonlySet<string>> {
  if (userIds.length === 0) return new Set();
  const rows = await store
    .selectFrom('attack_signs')
    .select('user_id')
    .where('user_id', 'in', userIds)
    .where('ends_at', '>', clock.now())
    .execute();
  return new Set(rows.map(({ user_id }) => user_id));
}

/** Returns ms since 1970. `tx` holds the person's lock. */
async function findEnd(parts: Parts, userId: string, tx: Store = parts.store): Promise<number | null> {
  const { ends } = await lasting(parts, tx, userId)
    .select(({ fn }) => fn.max('ends_at').as('ends'))
    .executeTakeFirstOrThrow();
  return ends === null ? null : Number(ends);
}

/** Throws `conflict` if there is a sign. `tx` holds the person's lock. */
async function assertNone(parts: Parts, tx: Store, userId: string): Promise<void> {
  if ((await findEnd(parts, userId, tx)) !== null) throw ApiError.withRule('conflict', 'attack_signs');
}

/** For 24 hours after a sign of attack, resets of the person need an approver. */
export const createAttackSigns = (store: Store, clock: Clock) =>
  bindParts({ store, clock }, { record, of: list, among: findAmong, findEnd, assertNone });
