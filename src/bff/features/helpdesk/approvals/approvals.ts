import { sql } from 'kysely';
import { ApiError } from '#contract/errors.ts';
import type { Approval, ApprovalEvidence, DecisionBody, Effects } from '#contract/helpdesk.ts';
import { ownEndings } from '#contract/helpdesk-schemas.ts';
import type { Clock } from '#clock';
import { lockingRows, skippingLocked } from '#database/row-locks.ts';
import { bindParts } from '../../../platform/bind-parts.ts';
import { changeStore } from '../../../platform/store/change-store.ts';
import type { Store } from '../../../platform/store/open.ts';
import { withoutReset } from '../../../platform/store/without-reset.ts';
import { maskAddress } from '../../../platform/kinds/mask.ts';
import { namedMethodOf } from '../../../identity/methods/security-methods.ts';
import type { Session } from '../../../identity/sessions/sessions.ts';
import type { StaffMember } from '../access/helpdesk.ts';
import { countingOf, type PlannedReset, type WaitingReset } from '../reset-model/reset.ts';
import type { NamedUser } from '../../../identity/users/known-names.ts';
import type { PendingCancellations } from '../freezes/pending-cancellations.ts';
import type { RecoveryCodes } from '../recovery-codes/recovery-codes.ts';
import { readApproval, waitingRequests, type ApprovalRow } from './waiting-requests.ts';

/** How long an approver has to decide. */
export const DECIDE_MS = 30 * 60_000;
const DAY_MS = 24 * 60 * 60_000;
const MOST = 100;
/** Longer than the time from a decision to the intent of its reset. */
const LOST_MS = 60_000;

export type Approvals = ReturnType<typeof createApprovals>;

/** How a request ends without a reset, other than by its time. */
const endings = ['denied', 'withdrawn', ...ownEndings] as const;

const iso = (ms: number) => new Date(ms).toISOString();

type Parts = {
  store: Store;
  clock: Clock;
  recoveryCodes: RecoveryCodes;
  cancellations: Pick<PendingCancellations, 'nextOf'>;
};

const isOpen = ({ clock }: Pick<Parts, 'clock'>, { status, expires_at }: ApprovalRow) =>
  status === 'waiting' && clock.now() < expires_at;

async function present(parts: Parts, rows: readonly ApprovalRow[], staff: StaffMember): Promise<Approval[]> {
  const [toReveal, toCancel] = await Promise.all([
    parts.recoveryCodes.waiting(rows.map(({ id }) => id)),
    parts.cancellations.nextOf(rows.map(({ user_id }) => user_id)),
  ]);
  return rows.map((row) => {
    const { reset } = row;
    const { agent, person, methods, all, reason, ticket, note, caller, approvalReasons, after } = reset;
    const cancellationAt = toCancel.get(row.user_id);
    return {
      id: row.id,
      status: row.status === 'waiting' && !isOpen(parts, row) ? 'expired' : row.status,
      agent,
      person,
      methods: [...methods, ...after].map((one) => ({ id: one.id, ...namedMethodOf(one), detail: one.detail })),
      all,
      reason,
      ticket,
      note,
      callerVerificationType: caller && caller.type,
      caller: caller && { method: caller.method, at: caller.at, warnings: caller.warnings },
      consequences: {
        remaining: countingOf(reset.stays),
        suspects: reset.stays.filter(({ suspect }) => suspect).map(namedMethodOf),
        codeTo: reset.codeTo,
        notifies: reset.notifies,
      },
      evidence: null,
      effects: reset.effects ?? null,
      approvalReasons,
      operation: row.operation,
      createdAt: iso(row.created_at),
      expiresAt: iso(row.expires_at),
      decidedBy: row.decided_by,
      decidedAt: row.decided_at === null ? null : iso(row.decided_at),
      denial: row.denial,
      decisionNote: row.decision_note,
      mine: staff.roles.approver && isOpen(parts, row) && ![row.agent_id, row.user_id].includes(staff.userId),
      cancellationAt: cancellationAt === undefined ? null : iso(cancellationAt),
      recoveryCodeWaits: row.decider_id === staff.userId && toReveal.has(row.id),
    };
  });
}

/** Stores a request. Its addresses are masked: an approver reads them, and the reset is made anew from Okta's. */
async function request({ clock }: Parts, planned: PlannedReset, tx: Store): Promise<void> {
  const now = clock.now();
  const reset: WaitingReset = {
    ...planned,
    state: 'waiting',
    notifies: planned.notifies.map(maskAddress),
    codeTo: planned.codeTo.map(maskAddress),
  };
  await tx
    .insertInto('approvals')
    .values({
      id: reset.id,
      agent_id: reset.agent.id,
      user_id: reset.person.id,
      operation: reset.operation,
      reset: JSON.stringify(reset),
      status: 'waiting',
      decider_id: null,
      decided_by: null,
      decided_at: null,
      denial: null,
      decision_note: null,
      created_at: now,
      expires_at: now + DECIDE_MS,
    })
    .execute();
}

async function find({ store }: Parts, id: string): Promise<ApprovalRow | null> {
  const row = await store.selectFrom('approvals').selectAll().where('id', '=', id).executeTakeFirst();
  return row ? readApproval(row) : null;
}

/** Decides a waiting approval, once. Returns false when another approver decided first or it has expired. */
async function decide({ clock }: Parts, id: string, body: DecisionBody, by: NamedUser, tx: Store): Promise<boolean> {
  const now = clock.now();
  const decided = await tx
    .updateTable('approvals')
    .set({
      status: body.decision === 'approve' ? 'approved' : 'denied',
      denial: body.decision === 'deny' ? body.reason : null,
      decision_note: body.note || null,
      decider_id: by.id,
      decided_by: JSON.stringify(by),
      decided_at: now,
    })
    .where('id', '=', id)
    .where('status', '=', 'waiting')
    .where('expires_at', '>', now)
    .executeTakeFirst();
  return decided.numUpdatedRows > 0n;
}

/**
 * Returns the requests about a person that were denied or ended in the last day, newest first. Those that were
 * replaced come last, so that many of them hide no denial.
 */
async function endedWithinDay({ store, clock }: Parts, userId: string): Promise<ApprovalEvidence['ended']> {
  const rows = await store
    .selectFrom('approvals')
    .selectAll()
    .where('user_id', '=', userId)
    .where('created_at', '>', clock.now() - DAY_MS - DECIDE_MS)
    .where('status', 'in', endings)
    .where('decided_at', '>', clock.now() - DAY_MS)
    .orderBy(sql<number>`CASE WHEN status = 'replaced' THEN 1 ELSE 0 END`)
    .orderBy('created_at', 'desc')
    .limit(MOST)
    .execute();
  return rows.map(readApproval).map(({ status, denial, decided_at, reset }) => ({
    at: iso(decided_at!),
    by: reset.agent.name,
    status: endings.find((one) => one === status)!,
    denial,
    reason: reset.reason,
  }));
}

/** Ends an approved reset that was done, and keeps what it did for who asked. */
async function finish(_parts: Parts, id: string, effects: Effects, tx: Store): Promise<void> {
  const approved = tx.selectFrom('approvals').select('reset').where('id', '=', id).where('status', '=', 'approved');
  const row = await approved.executeTakeFirst();
  if (!row) return;
  const reset = JSON.stringify({ ...(JSON.parse(row.reset) as WaitingReset), effects });
  await tx.updateTable('approvals').set({ status: 'done', reset }).where('id', '=', id).execute();
}

/** Ends an approved reset that certainly did not happen. */
async function fail({ store }: Parts, id: string, tx: Store = store): Promise<void> {
  const approved = tx.updateTable('approvals').where('id', '=', id).where('status', '=', 'approved');
  await approved.set({ status: 'failed' }).execute();
}

/**
 * Throws `conflict` unless the approval is in the status `approved`, which it keeps until the transaction ends.
 * @param tx the transaction of the reset's intent
 */
async function assertApproved(_parts: Parts, id: string, tx: Store): Promise<void> {
  const found = tx.selectFrom('approvals').select('status').where('id', '=', id);
  const row = await lockingRows(tx, found).executeTakeFirst();
  if (row?.status !== 'approved') throw ApiError.withRule('conflict', 'withdrawn');
}

/** Ends approved requests without a reset: the process ended between the decision and the reset's intent. */
async function endLost({ store, clock }: Parts): Promise<void> {
  await changeStore(store, async (tx) => {
    const lost = tx
      .selectFrom('approvals')
      .select('id')
      // A literal and no parameter, so that SQLite uses the partial index.
      .where(sql<boolean>`status = 'approved'`)
      .where('decided_at', '<', clock.now() - LOST_MS)
      .limit(MOST);
    // Locked first, so that the next statement sees a reset that began meanwhile.
    const ids = (await skippingLocked(tx, lost).execute()).map(({ id }) => id);
    if (ids.length === 0) return;
    await tx.updateTable('approvals').set({ status: 'failed' }).where('id', 'in', ids).where(withoutReset).execute();
  });
}

/** Returns the requests of the last day by one agent, or about one person, or all, newest first. */
async function list(
  parts: Parts,
  staff: StaffMember,
  { agentId, userId }: { agentId?: string | undefined; userId?: string } = {},
): Promise<Approval[]> {
  let query = parts.store
    .selectFrom('approvals')
    .selectAll()
    .where('created_at', '>', parts.clock.now() - DAY_MS);
  if (agentId !== undefined) query = query.where('agent_id', '=', agentId);
  if (userId !== undefined) query = query.where('user_id', '=', userId);
  return present(parts, (await query.orderBy('created_at', 'desc').limit(MOST).execute()).map(readApproval), staff);
}

/** Returns when a staff member last did something before this session, as the audit log says; null: never. */
async function lastAct({ store }: Parts, { user_id, created_at }: Session): Promise<string | null> {
  const own = store.selectFrom('audit_log').select('at').where('actor', '=', user_id).where('at', '<', created_at);
  // What an approver let happen is not their act, though it is in their name.
  const last = await own.where('approver', 'is', null).orderBy('seq', 'desc').limit(1).executeTakeFirst();
  return last ? iso(last.at) : null;
}

/** Creates the approvals: resets that wait for an approver. Each is decided once. */
export const createApprovals = (
  store: Store,
  clock: Clock,
  recoveryCodes: RecoveryCodes,
  cancellations: Pick<PendingCancellations, 'nextOf'>,
) =>
  bindParts(
    { store, clock, recoveryCodes, cancellations },
    {
      ...waitingRequests,
      isOpen,
      present,
      request,
      find,
      decide,
      endedWithinDay,
      finish,
      fail,
      assertApproved,
      endLost,
      list,
      lastAct,
    },
  );
