import type { Selectable } from 'kysely';
import type { NamedMethod } from '#contract/endpoints.ts';
import type { PendingCallerVerification as Shown } from '#contract/helpdesk.ts';
import { DAY_MS, type Clock } from '#clock';
import { pickNamedMethod } from '../../../identity/methods/security-methods.ts';
import type { Store } from '../../../platform/store/open.ts';
import type { Tables } from '../../../platform/store/schema.ts';
import type { Sealer } from '../../../platform/store/secrets.ts';
import type { UsedFactor } from '../reset-model/reset.ts';
import type { WhatVerified } from './what-verified.ts';
import { callerCode } from '../recovery-codes/generated-codes.ts';

const CODE_MS = 5 * 60_000;
/** For this time a person sees a verification and can deny it. */
const SHOWN_MS = DAY_MS;
/** The standard limits allow fewer in `SHOWN_MS`: six an hour for each of three types. */
const MOST_SHOWN = 500;

export type Row = Selectable<Tables['caller_verifications']>;
/** A verification is valid for one choice: `methods` or `all`, and a reason. */
export type StoredCallerVerification = Omit<Row, 'methods' | 'used'> & {
  methods: (NamedMethod & { id: string })[];
  used: readonly UsedFactor[];
};

export const readRow = (row: Row): StoredCallerVerification => ({
  ...row,
  methods: JSON.parse(row.methods) as StoredCallerVerification['methods'],
  used: row.used === null ? [] : (JSON.parse(row.used) as UsedFactor[]),
});

export type Parts = { store: Store; clock: Clock; sealer: Pick<Sealer, 'mac' | 'matches'> };

export const getSealContext = (id: string) => `caller verification code ${id}`;

const selectAbout = ({ store }: Parts, userId: string) =>
  store.selectFrom('caller_verifications').selectAll().where('user_id', '=', userId);
function getEnd({ clock }: Parts, { status, code_mac, expires_at, denied_at }: Row): Shown['end'] {
  if (denied_at !== null) return 'denied';
  if ((status === 'waiting' || status === 'verified') && clock.now() >= expires_at) return 'expired';
  if (status !== 'waiting') return status;
  return code_mac === null ? 'open' : 'answered';
}

async function listShown(parts: Parts, userId: string): Promise<Shown[]> {
  const since = parts.clock.now() - SHOWN_MS;
  const rows = await selectAbout(parts, userId)
    // Redundant, but lets the database use the index on `expires_at`.
    .where('expires_at', '>', since)
    .where('created_at', '>', since)
    .orderBy('created_at', 'desc')
    .limit(MOST_SHOWN)
    .execute();
  return rows.map((row) => ({
    id: row.id,
    type: row.type,
    end: getEnd(parts, row),
    agent: row.agent_name,
    methods: readRow(row).methods.map(pickNamedMethod),
    all: row.all === 1,
    reason: row.reason,
    at: new Date(row.created_at).toISOString(),
    expiresAt: new Date(row.expires_at).toISOString(),
  }));
}

async function findOwn(
  parts: Parts,
  userId: string,
  id: string,
): Promise<(StoredCallerVerification & Pick<Shown, 'end'>) | null> {
  const since = parts.clock.now() - SHOWN_MS;
  const row = await selectAbout(parts, userId).where('id', '=', id).where('created_at', '>', since).executeTakeFirst();
  return row ? { ...readRow(row), end: getEnd(parts, row) } : null;
}

async function listPendingIds({ store, clock }: Parts, userId: string): Promise<string[]> {
  const rows = await store
    .selectFrom('caller_verifications')
    .select('id')
    .where('user_id', '=', userId)
    .where('type', '=', 'own-session')
    .where('status', '=', 'waiting')
    .where('code_mac', 'is', null)
    .where('expires_at', '>', clock.now())
    .execute();
  return rows.map(({ id }) => id);
}

/** Returns null if the person has already answered, or the verification has expired. */
async function issueCode(
  { store, clock, sealer }: Parts,
  userId: string,
  id: string,
  by: WhatVerified,
  tx: Store = store,
): Promise<{ code: string; expiresAt: number } | null> {
  const now = clock.now();
  const code = callerCode();
  const expires_at = now + CODE_MS;
  const given = await tx
    .updateTable('caller_verifications')
    .set({ ...by, used: JSON.stringify(by.used), code_mac: sealer.mac(code, getSealContext(id)), expires_at })
    .where('id', '=', id)
    .where('user_id', '=', userId)
    .where('type', '=', 'own-session')
    .where('status', '=', 'waiting')
    .where('code_mac', 'is', null)
    .where('expires_at', '>', now)
    .executeTakeFirst();
  return given.numUpdatedRows > 0n ? { code, expiresAt: expires_at } : null;
}

/** Returns false if the person had denied the verification before. */
async function deny({ clock }: Parts, userId: string, id: string, tx: Store): Promise<boolean> {
  const denied = await tx
    .updateTable('caller_verifications')
    .set((row) => ({
      denied_at: clock.now(),
      code_mac: null,
      status: row
        .case()
        .when('status', 'in', ['waiting', 'verified'])
        .then('denied' as const)
        .else(row.ref('status'))
        .end(),
    }))
    .where('id', '=', id)
    .where('user_id', '=', userId)
    .where('denied_at', 'is', null)
    .executeTakeFirst();
  return denied.numUpdatedRows > 0n;
}

export const ownPage = { shownTo: listShown, findOwn, listPendingIds, issueCode, deny };
