import type { Selectable } from 'kysely';
import { ApiError } from '#contract/errors.ts';
import type { Effects, HelpdeskPerson } from '#contract/helpdesk.ts';
import type { ownEndings } from '#contract/helpdesk-schemas.ts';
import type { Clock } from '#clock';
import type { Store } from '../../../platform/store/open.ts';
import type { Tables } from '../../../platform/store/schema.ts';
import type { NamedUser } from '../../../identity/users/known-names.ts';
import type { StaffMember } from '../access/helpdesk.ts';
import type { PlannedReset, WaitingReset } from '../reset-model/reset.ts';

export type Row = Selectable<Tables['approvals']>;
/** `effects`: what it did, once it is done. */
export type ApprovalRow = Omit<Row, 'reset' | 'decided_by'> & {
  reset: WaitingReset & { effects?: Effects };
  decided_by: NamedUser | null;
};

type Asked = Pick<PlannedReset, 'operation'> & { agent: { id: string }; person: { id: string } };

/** Reads a stored request. */
export const readApproval = ({ reset, decided_by, ...row }: Row): ApprovalRow => ({
  ...row,
  reset: JSON.parse(reset) as WaitingReset,
  decided_by: decided_by === null ? null : (JSON.parse(decided_by) as NamedUser),
});

const iso = (ms: number) => new Date(ms).toISOString();

type Parts = { store: Store; clock: Clock };

/** Returns this person's pending requests. */
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

/** Returns this person's pending requests, without fields that only an approver may read. */
async function waitingAbout(
  parts: Parts,
  staff: StaffMember,
  userId: string,
): Promise<HelpdeskPerson['waitingApprovals']> {
  return (await waitingFor(parts, userId)).map(({ reset, operation, agent_id, created_at, expires_at }) => ({
    operation,
    by: reset.agent.name,
    own: agent_id === staff.userId,
    at: iso(created_at),
    expiresAt: iso(expires_at),
  }));
}

/** Returns what a person's waiting reset would remove; nothing without one. */
async function methodsToReset(parts: Parts, userId: string): Promise<WaitingReset['methods']> {
  const waiting = await waitingFor(parts, userId);
  return waiting.find(({ operation }) => operation === 'reset')?.reset.methods ?? [];
}

/**
 * Throws `conflict` when a request about this person waits, unless the same agent's new one for the same operation
 * replaces it. A reset and an unfreeze may wait together.
 * @param tx the transaction that is about to write another, which holds the person's lock
 */
async function assertNoneWaits(
  parts: Parts,
  { agent, person, operation }: Asked,
  tx: Store = parts.store,
): Promise<void> {
  const apart = { reset: 'unfreeze', unfreeze: 'reset', unlock: null }[operation];
  const inTheWay = (await waitingFor(parts, person.id, tx)).some(
    (row) => row.operation !== apart && (row.operation !== operation || row.agent_id !== agent.id),
  );
  if (inTheWay) throw ApiError.withRule('conflict', 'approval_waits');
}

/**
 * Throws `conflict` while a reset of this person waits for an approver, or is on its way.
 * @param tx the transaction in which an unfreeze begins, which holds the person's lock
 */
async function assertNoReset({ store, clock }: Parts, userId: string, tx: Store = store): Promise<void> {
  const asked = tx
    .selectFrom('approvals')
    .select('id')
    .where('user_id', '=', userId)
    .where('operation', '=', 'reset')
    .where(({ or, and, eb }) =>
      or([eb('status', '=', 'approved'), and([eb('status', '=', 'waiting'), eb('expires_at', '>', clock.now())])]),
    );
  const begun = tx.selectFrom('resets').select('id').where('user_id', '=', userId);
  if ((await asked.executeTakeFirst()) || (await begun.executeTakeFirst()))
    throw ApiError.withRule('conflict', 'reset_first');
}

/**
 * Ends what waits of this agent's requests about a person: for one operation, or all. Who then approves one is
 * refused. Returns them.
 * @param tx a transaction that holds the locks of both
 */
async function endOwn(
  { clock }: Parts,
  { agent, person, operation }: Pick<Asked, 'agent' | 'person'> & Partial<Asked>,
  status: (typeof ownEndings)[number],
  tx: Store,
): Promise<WaitingReset[]> {
  const now = clock.now();
  let own = tx
    .updateTable('approvals')
    .set({ status, decided_at: now })
    .where('agent_id', '=', agent.id)
    .where('user_id', '=', person.id)
    .where('status', '=', 'waiting')
    .where('expires_at', '>', now);
  if (operation) own = own.where('operation', '=', operation);
  return (await own.returning('reset').execute()).map(({ reset }) => JSON.parse(reset) as WaitingReset);
}

/** Decide which requests about a person may wait, and which operations they keep from beginning. */
export const waitingRequests = { waitingAbout, methodsToReset, assertNoneWaits, assertNoReset, endOwn };
