import { sql } from 'kysely';
import { ApiError } from '#contract/errors.ts';
import type { Approval, ApprovalEvidence, DecisionBody, Effects } from '#contract/helpdesk.ts';
import { ownEndings } from '#contract/helpdesk-schemas.ts';
import { DAY_MS, type Clock } from '#clock';
import { lockingRows, skippingLocked } from '#database/row-locks.ts';
import { bindParts } from '../../../platform/bind-parts.ts';
import { changeStore } from '../../../platform/store/change-store.ts';
import type { Store } from '../../../platform/store/open.ts';
import { withoutReset } from '../../../platform/store/without-reset.ts';
import { maskAddress } from '../../../platform/kinds/mask.ts';
import type { Session } from '../../../identity/sessions/sessions.ts';
import type { StaffMember } from '../access/helpdesk.ts';
import { waitsForReset, type PlannedReset, type WaitingReset } from '../reset-model/reset.ts';
import type { NamedUser } from '../../../identity/users/known-names.ts';
import type { RecoveryCodes } from '../recovery-codes/recovery-codes.ts';
import { presentApproval, presentRequests, readApproval, type ApprovalRow } from './approval-row.ts';
import { waitingRequests } from './waiting-requests.ts';

export const DECIDE_MS = 30 * 60_000;
const MOST = 100;
/** If a reset has no intent this long after its decision, the portal's process has ended. */
const LOST_MS = 60_000;

export type Approvals = ReturnType<typeof createApprovals>;

/** How a request can end early: without a reset, and before it expires. */
const endings = ['denied', 'withdrawn', ...ownEndings] as const;

const iso = (ms: number) => new Date(ms).toISOString();

/** Returns when each person's next cancellation of an enrollment is due (ms since 1970). */
type Cancellations = { findNext(userIds: readonly string[]): Promise<ReadonlyMap<string, number>> };

type Parts = {
  store: Store;
  clock: Clock;
  recoveryCodes: RecoveryCodes;
  cancellations: Cancellations;
};

async function present(parts: Parts, rows: readonly ApprovalRow[], staff: StaffMember): Promise<Approval[]> {
  const now = parts.clock.now();
  const userIds = rows.map(({ user_id }) => user_id);
  const [codes, cancellations, inReset] = await Promise.all([
    parts.recoveryCodes.waiting(rows.map(({ id }) => id)),
    parts.cancellations.findNext(userIds),
    waitingRequests.findInReset(parts, userIds),
  ]);
  return rows.map((row) =>
    presentApproval(row, staff, now, {
      cancellationAt: cancellations.get(row.user_id),
      hasCode: codes.has(row.id),
      waits: waitsForReset(row.reset, inReset),
    }),
  );
}

/** Approvers read the request, so addresses are masked. The reset reads the addresses from Okta again. */
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

/** Returns false if another approver decided first, or the request has expired. */
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

/** Many replaced requests must not push a denial off the list, so they come last. */
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
  }));
}

async function finish(_parts: Parts, id: string, effects: Effects, tx: Store): Promise<void> {
  const approved = tx.selectFrom('approvals').select('reset').where('id', '=', id).where('status', '=', 'approved');
  const row = await approved.executeTakeFirst();
  if (!row) return;
  const reset = JSON.stringify({ ...(JSON.parse(row.reset) as WaitingReset), effects });
  await tx.updateTable('approvals').set({ status: 'done', reset }).where('id', '=', id).execute();
}

/** An outcome may come a day after the decision. Lists then show the request again, because `expires_at` is the end. */
async function endApproved({ clock }: Parts, id: string, status: 'failed' | 'unknown', tx: Store): Promise<void> {
  const approved = tx.updateTable('approvals').where('id', '=', id).where('status', '=', 'approved');
  await approved.set({ status, expires_at: clock.now() }).execute();
}

const fail = (parts: Parts, id: string, tx: Store = parts.store) => endApproved(parts, id, 'failed', tx);

const endUnknown = (parts: Parts, id: string, tx: Store) => endApproved(parts, id, 'unknown', tx);

/**
 * Throws `conflict` unless the request is approved.
 * Locks the row, so that the status cannot change before the transaction ends.
 */
async function assertApproved(_parts: Parts, id: string, tx: Store): Promise<void> {
  const found = tx.selectFrom('approvals').select('status').where('id', '=', id);
  const row = await lockingRows(tx, found).executeTakeFirst();
  if (row?.status !== 'approved') throw ApiError.withRule('conflict', 'withdrawn');
}

/** Ends approved requests whose process ended before the reset began. */
async function endLost({ store, clock }: Parts): Promise<void> {
  await changeStore(store, async (tx) => {
    const lost = tx
      .selectFrom('approvals')
      .select('id')
      // With a parameter instead of the literal, SQLite would not use the partial index.
      .where(sql<boolean>`status = 'approved'`)
      .where('decided_at', '<', clock.now() - LOST_MS)
      .limit(MOST);
    // The rows are locked first, so that the next statement sees a reset that has just begun.
    const ids = (await skippingLocked(tx, lost).execute()).map(({ id }) => id);
    if (ids.length === 0) return;
    await tx.updateTable('approvals').set({ status: 'failed' }).where('id', 'in', ids).where(withoutReset).execute();
  });
}

const ofLastDay = ({ store, clock }: Parts) =>
  store
    .selectFrom('approvals')
    .selectAll()
    // The first condition is for the index.
    .where('created_at', '>', clock.now() - 3 * DAY_MS)
    .where('expires_at', '>', clock.now() - DAY_MS)
    .orderBy('created_at', 'desc')
    .limit(MOST);

async function list(parts: Parts, staff: StaffMember): Promise<Approval[]> {
  return present(parts, (await ofLastDay(parts).execute()).map(readApproval), staff);
}

async function listOwn(parts: Parts, staff: StaffMember): Promise<Approval[]> {
  const rows = await ofLastDay(parts).where('agent_id', '=', staff.userId).execute();
  return present(parts, rows.map(readApproval), staff);
}

async function listAbout(parts: Parts, staff: StaffMember, userId: string) {
  const rows = await ofLastDay(parts).where('user_id', '=', userId).execute();
  return presentRequests(rows.map(readApproval), staff, parts.clock.now());
}

/** Returns null if the person has never acted. */
async function findLastAct({ store }: Parts, { user_id, created_at }: Session): Promise<string | null> {
  const own = store.selectFrom('audit_log').select('at').where('actor', '=', user_id).where('at', '<', created_at);
  // Rows of approved resets name the agent as actor, although the approver carried them out.
  const last = await own.where('approver', 'is', null).orderBy('seq', 'desc').limit(1).executeTakeFirst();
  return last ? iso(last.at) : null;
}

export const createApprovals = (
  store: Store,
  clock: Clock,
  recoveryCodes: RecoveryCodes,
  cancellations: Cancellations,
) =>
  bindParts(
    { store, clock, recoveryCodes, cancellations },
    {
      ...waitingRequests,
      present,
      request,
      find,
      decide,
      endedWithinDay,
      finish,
      fail,
      endUnknown,
      assertApproved,
      endLost,
      list,
      listOwn,
      listAbout,
      findLastAct,
    },
  );
