import { sql, type Selectable } from 'kysely';
import { ApiError, type ErrorRule } from '#contract/errors.ts';
import { DAY_MS, type Clock } from '#clock';
import { lockingRows } from '#database/row-locks.ts';
import type { InTransaction } from '../../../records/audit-log/audit-log.ts';
import { lastWritten } from '../../../records/audit-log/head.ts';
import type { Session } from '../../../identity/sessions/sessions.ts';
import { bindParts } from '../../../platform/bind-parts.ts';
import type { Store } from '../../../platform/store/open.ts';
import type { Tables } from '../../../platform/store/schema.ts';
import type { Sealer } from '../../../platform/store/secrets.ts';
import { upsert } from '../../../platform/store/upsert.ts';
import { recoveryCode } from './generated-codes.ts';

/** NIST SP 800-63B-4, 4.2.1.2, for a code by email. */
const GOOD_MS = DAY_MS;

type Row = Selectable<Tables['recovery_codes']>;
export type RecoveryCodes = ReturnType<typeof createRecoveryCodes>;

const required = (rule: ErrorRule<'recovery_code_required'>) => ApiError.withRule('recovery_code_required', rule);

type Parts = { store: Store; clock: Clock; sealer: Sealer };

const context = (userId: string) => `recovery code ${userId}`;

/** Returns null if the person has added a method since. */
async function findOpen(userId: string, tx: Store): Promise<Row | null> {
  const row = await tx.selectFrom('recovery_codes').selectAll().where('user_id', '=', userId).executeTakeFirst();
  if (!row) return null;
  const added = await tx
    .selectFrom('audit_log')
    .select('seq')
    .where('subject', '=', userId)
    .where('seq', '>', row.outcome)
    .where('seq', '<=', lastWritten)
    .where(({ or, eb }) => or([eb('intent', 'is', null), eb('intent', '>', row.outcome)]))
    // With parameters instead of literals, SQLite would not use the partial index.
    .where(sql<boolean>`event = 'user.mfa.factor.activate' AND outcome = 'success'`)
    .executeTakeFirst();
  if (!added) return row;
  await tx.deleteFrom('recovery_codes').where('user_id', '=', userId).where('outcome', '=', row.outcome).execute();
  return null;
}

/**
 * `inPerson`: the approver must reveal the code, because no address can get it.
 * `keep` belongs to the transaction of the reset's outcome.
 */
function make(
  { clock, sealer }: Parts,
  userId: string,
  delivery: { approvalId: string | null; inPerson: boolean },
): { code: string; keep: InTransaction } {
  const code = recoveryCode();
  const row: Omit<Row, 'outcome'> = {
    user_id: userId,
    approval_id: delivery.approvalId,
    code_mac: sealer.mac(code, context(userId)),
    sealed: delivery.inPerson ? sealer.seal(code, context(userId)) : null,
    session_id: null,
    expires_at: clock.now() + GOOD_MS,
  };
  return {
    code,
    async keep(tx) {
      // Locks this row before the audit log's head. Other functions use the same order, so no deadlock is possible.
      await upsert(tx, 'recovery_codes', ['user_id'], { ...row, outcome: 0 });
      return async (outcome) => {
        await tx.updateTable('recovery_codes').set({ outcome }).where('user_id', '=', userId).execute();
      };
    },
  };
}

/**
 * The session that entered the code needs none again until a method is active. Returns true if this call used the code.
 * Throws `recovery_code_required` and `wrong_code`. Callers hold the person's lock.
 */
async function redeem(
  { store, clock, sealer }: Parts,
  { id, user_id: userId }: Session,
  code: string | undefined,
  tx: Store = store,
): Promise<boolean> {
  const row = await findOpen(userId, tx);
  if (!row || row.session_id === id) return false;
  if (row.session_id !== null) throw required('used');
  if (clock.now() >= row.expires_at) throw required('over');
  if (code === undefined) throw required('needed');
  if (!sealer.matches(row.code_mac, code, context(userId))) throw new ApiError('wrong_code');
  // The condition is in the UPDATE, so that only one of several concurrent requests passes.
  const taken = await tx
    .updateTable('recovery_codes')
    .set({ session_id: id, sealed: null })
    .where('user_id', '=', userId)
    .where('code_mac', '=', row.code_mac)
    .where('session_id', 'is', null)
    .where('expires_at', '>', clock.now())
    .executeTakeFirst();
  if (taken.numUpdatedRows === 0n) throw required((await findOpen(userId, tx))?.session_id ? 'used' : 'over');
  return true;
}

/** Null: no code is needed, or this session has used it. `until`: ms, or null if the code is used, ended or expired. */
async function findNeeded({ store, clock }: Parts, userId: string, sessionId?: string) {
  const row = await findOpen(userId, store);
  if (!row || row.session_id === sessionId) return null;
  const holds = row.session_id === null && row.expires_at > clock.now();
  return { until: holds ? row.expires_at : null };
}

/** The person still needs a code, so the helpdesk must make a new one. */
async function end(_parts: Parts, userId: string, tx: Store): Promise<void> {
  await tx
    .updateTable('recovery_codes')
    // With the present time instead of 0, the code would be valid again if the clock were set back.
    .set({ expires_at: 0, sealed: null, session_id: null })
    .where('user_id', '=', userId)
    .execute();
}

async function listWaiting({ store, clock }: Parts, approvalIds: readonly string[]): Promise<ReadonlySet<string>> {
  if (approvalIds.length === 0) return new Set();
  const rows = await store
    .selectFrom('recovery_codes')
    .select('approval_id')
    .where('approval_id', 'in', approvalIds)
    .where('sealed', 'is not', null)
    .where('expires_at', '>', clock.now())
    .execute();
  return new Set(rows.map(({ approval_id }) => approval_id!));
}

/** Reveals a code only once. Returns null if the code was already revealed or used, or has expired. */
async function show({ clock, sealer }: Parts, approvalId: string, tx: Store) {
  const kept = tx
    .selectFrom('recovery_codes')
    .selectAll()
    .where('approval_id', '=', approvalId)
    .where('sealed', 'is not', null)
    .where('expires_at', '>', clock.now());
  const row = await lockingRows(tx, kept).executeTakeFirst();
  if (!row) return null;
  await tx.updateTable('recovery_codes').set({ sealed: null }).where('user_id', '=', row.user_id).execute();
  const code = sealer.open(row.sealed!, context(row.user_id));
  return code === null ? null : { code, expiresAt: row.expires_at };
}

/**
 * Without a code, a thief with the password could add a method after a reset that left none. Wrong codes have no limit,
 * because 64 random bits need none (NIST SP 800-63B, look-up secrets), and the thief could use up a limit.
 */
export const createRecoveryCodes = (store: Store, clock: Clock, sealer: Sealer) =>
  bindParts({ store, clock, sealer }, { make, redeem, findNeeded, end, waiting: listWaiting, show });
