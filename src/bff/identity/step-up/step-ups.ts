import type { Clock } from '#clock';
import { skippingLocked } from '#database/row-locks.ts';
import type { Session } from '../sessions/sessions.ts';
import type { Store } from '../../platform/store/open.ts';
import type { Tables } from '../../platform/store/schema.ts';
import { randomToken } from '../../platform/store/secrets.ts';
import { parsePurpose, splitPurpose, type PurposeText } from '#contract/purposes.ts';
import { READING_MS, STEP_UP_MS } from './requirement.ts';
import { bindParts } from '../../platform/bind-parts.ts';

/** How long an enrollment stays open, in milliseconds. Afterwards, a secret left on a screen is useless. */
export const ENROLLMENT_MS = 10 * 60_000;

/** `expires_at` (ms) may be in the past. `qr` is sealed. */
export type EnrollmentGrant = Pick<Tables['grants'], 'expires_at' | 'kind' | 'how' | 'qr'>;

export type OpenEnrollment = Pick<Tables['grants'], 'session_id' | 'expires_at'> & {
  how: Exclude<EnrollmentGrant['how'], 'create'>;
};

export type StepUps = ReturnType<typeof createStepUps>;

type Parts = { store: Store; clock: Clock };

/** A start ends the person's earlier start of the kind; that of a key ends only one of the same factor. */
async function replaceGrant(row: Tables['grants'], tx: Store): Promise<void> {
  const person = tx.selectFrom('sessions').select('user_id').where('id', '=', row.session_id);
  const own = tx.selectFrom('sessions').select('id').where('user_id', '=', person);
  const earlier = tx.deleteFrom('grants').where('session_id', 'in', own).where('kind', '=', row.kind);
  await (row.how === 'create' ? earlier.where('factor_id', '=', row.factor_id) : earlier).execute();
  await tx.insertInto('grants').values(row).execute();
}

const selectMade = ({ store, clock }: Parts, session: Session, purpose: PurposeText, strength: number) =>
  store
    .selectFrom('step_ups')
    .select(['id', 'expires_at'])
    .where('session_id', '=', session.id)
    .where('purpose', '=', purpose)
    .where('strength', '>=', strength)
    .where('expires_at', '>', clock.now())
    .orderBy('expires_at', 'desc')
    .limit(1);

const selectUsable = (parts: Parts, session: Session, purpose: PurposeText, strength: number) =>
  selectMade(parts, session, purpose, strength).where('consumed_at', 'is', null);

/** One row for each operation of the purpose, because a request consumes one row. Returns when the rows expire (ms). */
async function giveStepUp(
  { store, clock }: Parts,
  session: Session,
  purpose: PurposeText,
  strength: number,
  tx: Store = store,
  factorId: string | null = null,
): Promise<number> {
  const now = clock.now();
  const expires_at = now + (purpose === 'audit-log' ? READING_MS : STEP_UP_MS);
  const rows = splitPurpose(purpose).map((one) => ({
    id: randomToken(12),
    session_id: session.id,
    purpose: one,
    strength,
    expires_at,
    consumed_at: null,
    factor_id: factorId,
  }));
  await tx.insertInto('step_ups').values(rows).execute();
  return expires_at;
}

async function hasStepUp(parts: Parts, session: Session, purpose: PurposeText, strength: number): Promise<boolean> {
  return (await selectUsable(parts, session, purpose, strength).executeTakeFirst()) !== undefined;
}

/** Finds consumed step-ups too, because a request whose answer was lost may be repeated. */
async function wasStepUpMade(parts: Parts, session: Session, purpose: PurposeText, strength: number): Promise<boolean> {
  return (await selectMade(parts, session, purpose, strength).executeTakeFirst()) !== undefined;
}

/** Whether the session has a step-up, even an expired one, for a helpdesk operation on this person. */
async function isStepUpAbout({ store }: Parts, session: Session, userId: string): Promise<boolean> {
  const rows = await store.selectFrom('step_ups').select('purpose').where('session_id', '=', session.id).execute();
  return rows.some(({ purpose: text }) => {
    const purpose = parsePurpose(text);
    return purpose !== null && 'userId' in purpose && purpose.userId === userId;
  });
}

/** Returns when an unused step-up for any operation of a purpose expires (milliseconds), or null. */
async function findExpiry(
  parts: Parts,
  session: Session,
  purpose: PurposeText,
  strength: number,
): Promise<number | null> {
  for (const one of splitPurpose(purpose)) {
    const row = await selectUsable(parts, session, one, strength).executeTakeFirst();
    if (row) return row.expires_at;
  }
  return null;
}

/** Checks the session's cookie in the same statement, because the cookie may be replaced while the request waits. */
async function consumeStepUp(
  parts: Parts,
  session: Session,
  purpose: PurposeText,
  strength: number,
  by: string | null = null,
) {
  const consumed = await parts.store
    .updateTable('step_ups')
    .set({ consumed_at: parts.clock.now(), consumed_by: by })
    .where(
      'id',
      '=',
      skippingLocked(parts.store, selectUsable(parts, session, purpose, strength).clearSelect().select('id')),
    )
    .where('consumed_at', 'is', null)
    .where(({ exists, selectFrom }) =>
      exists(
        selectFrom('sessions')
          .select('sessions.id')
          .where('sessions.id', '=', session.id)
          .where('sessions.token_hash', '=', session.token_hash),
      ),
    )
    .returning('id')
    .executeTakeFirst();
  return consumed?.id ?? null;
}

async function findFactor({ store }: Parts, id: string): Promise<string | null> {
  const row = await store.selectFrom('step_ups').select('factor_id').where('id', '=', id).executeTakeFirst();
  return row?.factor_id ?? null;
}

/** Call it only if the request's change certainly did not happen, or left no enrollment to finish. */
const restoreConsumed = (requestId: string, purpose?: PurposeText) => async (tx: Store) => {
  const consumed = tx.updateTable('step_ups').where('consumed_by', '=', requestId);
  const restored = purpose === undefined ? consumed : consumed.where('purpose', '=', purpose);
  await restored.set({ consumed_at: null, consumed_by: null }).execute();
};

/** For a reconciled enrollment: the session that stepped up may finish it with the code that Okta sent. */
const grantFound =
  (requestId: string, found: { factorId: string; kind: string; begunAt: number }) => async (tx: Store) => {
    const { factorId, kind, begunAt } = found;
    const sessions = await tx
      .selectFrom('step_ups')
      .select('session_id')
      .where('consumed_by', '=', requestId)
      .where('purpose', '=', `enroll:${kind}` as PurposeText)
      .execute();
    const row = { factor_id: factorId, kind, how: 'code', qr: null, expires_at: begunAt + ENROLLMENT_MS } as const;
    for (const { session_id } of sessions) await replaceGrant({ ...row, session_id }, tx);
  };

/** Deletes the consumed step-ups, so that they cannot be restored. */
const endConsumed = (session: Session, purpose: PurposeText) => async (tx: Store) => {
  await tx
    .deleteFrom('step_ups')
    .where('session_id', '=', session.id)
    .where('purpose', '=', purpose)
    .where('consumed_at', 'is not', null)
    .execute();
};

/** Returns when the grant expires (ms). */
async function grantEnrollment(
  parts: Parts,
  session: Session,
  factorId: string,
  kind: string,
  how: EnrollmentGrant['how'] = 'secret',
  qr: string | null = null,
): Promise<number> {
  const expires_at = parts.clock.now() + ENROLLMENT_MS;
  await replaceGrant({ session_id: session.id, factor_id: factorId, kind, expires_at, how, qr }, parts.store);
  return expires_at;
}

async function findGrant({ store }: Parts, session: Session, factorId: string): Promise<EnrollmentGrant | null> {
  const row = await store
    .selectFrom('grants')
    .select(['expires_at', 'kind', 'how', 'qr'])
    .where('session_id', '=', session.id)
    .where('factor_id', '=', factorId)
    .executeTakeFirst();
  return row ?? null;
}

/** Of any session, by factor id. Excludes those of keys: only the page that has a key's challenge can finish them. */
async function mapOpenEnrollments({ store, clock }: Parts, factorIds: string[]): Promise<Map<string, OpenEnrollment>> {
  if (factorIds.length === 0) return new Map();
  const rows = await store
    .selectFrom('grants')
    .select(['factor_id', 'session_id', 'expires_at', 'how'])
    .where('factor_id', 'in', factorIds)
    .where('how', '!=', 'create')
    .where('expires_at', '>', clock.now())
    .execute();
  return new Map(rows.map((row) => [row.factor_id, row as OpenEnrollment]));
}

async function dropGrants({ store }: Parts, factorId: string): Promise<void> {
  await store.deleteFrom('grants').where('factor_id', '=', factorId).execute();
}

/** Step-ups and grants are deleted with their session. */
export const createStepUps = (store: Store, clock: Clock) => ({
  ...bindParts(
    { store, clock },
    {
      give: giveStepUp,
      has: hasStepUp,
      wasMade: wasStepUpMade,
      isAbout: isStepUpAbout,
      until: findExpiry,
      consume: consumeStepUp,
      findFactor,
      restore: ({ store: tx }: Parts, requestId: string) => restoreConsumed(requestId)(tx),
      grant: grantEnrollment,
      granted: findGrant,
      mapOpenEnrollments,
      dropGrants,
    },
  ),
  restoreConsumed,
  grantFound,
  endConsumed,
});
