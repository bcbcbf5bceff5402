import { ApiError } from '#contract/errors.ts';
import type { ownEndings } from '#contract/helpdesk-schemas.ts';
import type { Clock } from '#clock';
import type { Store } from '../../../platform/store/open.ts';
import { waitsForReset, type PlannedReset, type Reset, type WaitingReset } from '../reset-model/reset.ts';
import { isBlocking, readApproval, type ApprovalRow } from './approval-row.ts';

type RequestedOperation = Pick<PlannedReset, 'operation'> & { agent: { id: string }; person: { id: string } };

type Parts = { store: Store; clock: Clock };

async function waitingFor({ store, clock }: Parts, userId: string, tx: Store = store): Promise<ApprovalRow[]> {
  const rows = await tx
    .selectFrom('approvals')
    .selectAll()
    .where('user_id', '=', userId)
    .where('status', '=', 'waiting')
    .where('expires_at', '>', clock.now())
    .execute();
  return rows.map(readApproval);
}

async function methodsToReset(parts: Parts, userId: string): Promise<WaitingReset['methods']> {
  const waiting = await waitingFor(parts, userId);
  return waiting.find(({ operation }) => operation === 'reset')?.reset.methods ?? [];
}

/** Throws `conflict` if a pending request blocks the operation. `tx` holds the person's lock. */
async function assertNoneWaits(
  parts: Parts,
  { agent, person, operation }: RequestedOperation,
  tx: Store = parts.store,
): Promise<void> {
  const waiting = await waitingFor(parts, person.id, tx);
  if (waiting.some((row) => isBlocking(row, operation, agent.id)))
    throw ApiError.withRule('conflict', 'approval_waits');
}

/** Records in the person's pending unfreeze that a reset has removed these factors. */
async function recordGone(parts: Parts, userId: string, goneIds: readonly string[], tx: Store): Promise<void> {
  for (const { id, reset } of await waitingFor(parts, userId, tx)) {
    for (const one of reset.after) one.gone ||= one.ids.some((each) => goneIds.includes(each));
    const changed = { reset: JSON.stringify(reset) };
    await tx.updateTable('approvals').set(changed).where('id', '=', id).execute();
  }
}

/** Returns the ids of the users with a pending, approved or running reset. */
async function findInReset(
  { store, clock }: Parts,
  userIds: readonly string[],
  tx: Store = store,
): Promise<ReadonlySet<string>> {
  if (userIds.length === 0) return new Set();
  const begun = tx.selectFrom('resets').select('user_id').where('user_id', 'in', userIds);
  const rows = await tx
    .selectFrom('approvals')
    .select('user_id')
    .where('user_id', 'in', userIds)
    .where('operation', '=', 'reset')
    .where(({ or, and, eb }) =>
      or([eb('status', '=', 'approved'), and([eb('status', '=', 'waiting'), eb('expires_at', '>', clock.now())])]),
    )
    .union(begun)
    .execute();
  return new Set(rows.map(({ user_id }) => user_id));
}

/** Throws `conflict` if resets must end before this unfreeze. `tx` holds the person's lock. */
async function assertNoReset(parts: Parts, reset: Reset, tx?: Store): Promise<void> {
  if (reset.operation === 'unfreeze' && waitsForReset(reset, await findInReset(parts, [reset.person.id], tx)))
    throw ApiError.withRule('conflict', 'reset_first');
}

/** `tx` holds the locks of the agent and the person. */
async function endOwn(
  { clock }: Parts,
  { agent, person, operation }: Pick<RequestedOperation, 'agent' | 'person'> & Partial<RequestedOperation>,
  status: (typeof ownEndings)[number],
  tx: Store,
): Promise<ApprovalRow[]> {
  const now = clock.now();
  let own = tx
    .updateTable('approvals')
    .set({ status, decided_at: now })
    .where('agent_id', '=', agent.id)
    .where('user_id', '=', person.id)
    .where('status', '=', 'waiting')
    .where('expires_at', '>', now);
  if (operation) own = own.where('operation', '=', operation);
  return (await own.returningAll().execute()).map(readApproval);
}

export const waitingRequests = { methodsToReset, assertNoneWaits, recordGone, findInReset, assertNoReset, endOwn };
