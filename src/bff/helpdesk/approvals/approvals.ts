import { sql } from 'kysely';
import type { Selectable } from 'kysely';
import { ApiError } from '#contract/errors.ts';
import type { Approval } from '#contract/helpdesk.ts';
import type { Clock } from '#clock';
import type { Store } from '../../store/open.ts';
import type { Tables } from '../../store/schema.ts';
import { randomToken } from '../../store/secrets.ts';
import type { StaffMember } from '../access/helpdesk.ts';
import type { NamedUser } from '../search/known-names.ts';
import type { RecoveryCodes } from '../recovery-codes/recovery-codes.ts';

const DECIDE_MS = 30 * 60_000;
/** How long the outcome is on the list. */
const SHOWN_MS = 24 * 60 * 60_000;
const KEPT_MS = 30 * SHOWN_MS;
const MOST = 100;
/** Longer than it takes from a decision to the intent of its reset. */
const LOST_MS = 60_000;

/** What is asked of the approver, as it was when it was asked. */
export type ApprovalRequest = {
  agent: NamedUser;
  person: NamedUser;
  factorIds: string[] | 'all';
  methods: Approval['methods'];
  reason: Approval['reason'];
  ticket: string;
  note: string | null;
  /** How the caller was verified: `push:ID`, or null. */
  callerVerification: string | null;
  callerVerificationType: Approval['callerVerificationType'];
  approvalReasons: string[];
  /** The freeze to lift, by when it was last asked for (milliseconds); null for a reset alone. */
  unfreeze: number | null;
};
type Row = Selectable<Tables['approvals']>;
export type ApprovalRow = Omit<Row, 'about' | 'decided_by'> & { about: ApprovalRequest; decided_by: NamedUser | null };

export type Approvals = ReturnType<typeof createApprovals>;

const iso = (ms: number) => new Date(ms).toISOString();

/** Resets that wait for a second pair of eyes. Each is decided once. */
export function createApprovals(store: Store, clock: Clock, recoveryCodes: RecoveryCodes) {
  const read = ({ about, decided_by, ...row }: Row): ApprovalRow => ({
    ...row,
    about: JSON.parse(about) as ApprovalRequest,
    decided_by: decided_by === null ? null : (JSON.parse(decided_by) as NamedUser),
  });
  const isOpen = ({ status, expires_at }: ApprovalRow) => status === 'waiting' && clock.now() < expires_at;

  async function present(rows: readonly ApprovalRow[], staff: StaffMember): Promise<Approval[]> {
    const toReveal = await recoveryCodes.waiting(rows.map(({ id }) => id));
    return rows.map((row) => {
      const { agent, person, factorIds, methods, reason, ticket, note, callerVerificationType, approvalReasons } =
        row.about;
      return {
        id: row.id,
        status: row.status === 'waiting' && !isOpen(row) ? 'expired' : row.status,
        agent,
        person,
        methods,
        all: factorIds === 'all',
        reason,
        ticket,
        note,
        callerVerificationType,
        approvalReasons,
        unfreezes: (row.about.unfreeze ?? null) !== null,
        createdAt: iso(row.created_at),
        expiresAt: iso(row.expires_at),
        decidedBy: row.decided_by,
        decidedAt: row.decided_at === null ? null : iso(row.decided_at),
        mine: staff.roles.admin && isOpen(row) && ![row.agent_id, row.user_id].includes(staff.userId),
        recoveryCodeWaits: row.decider_id === staff.userId && toReveal.has(row.id),
      };
    });
  }

  return {
    isOpen,

    /** Whether one about this person waits. */
    async waitsFor(userId: string): Promise<boolean> {
      const row = await store
        .selectFrom('approvals')
        .select('id')
        .where('user_id', '=', userId)
        .where('status', '=', 'waiting')
        .where('expires_at', '>', clock.now())
        .executeTakeFirst();
      return row !== undefined;
    },

    newId: () => randomToken(12),

    async request(id: string, about: ApprovalRequest, step: Store): Promise<void> {
      const now = clock.now();
      await step
        .deleteFrom('approvals')
        .where('created_at', '<', now - KEPT_MS)
        .execute();
      await step
        .insertInto('approvals')
        .values({
          id,
          agent_id: about.agent.id,
          user_id: about.person.id,
          about: JSON.stringify(about),
          status: 'waiting',
          decider_id: null,
          decided_by: null,
          decided_at: null,
          created_at: now,
          expires_at: now + DECIDE_MS,
        })
        .execute();
    },

    async find(id: string): Promise<ApprovalRow | null> {
      const row = await store.selectFrom('approvals').selectAll().where('id', '=', id).executeTakeFirst();
      return row ? read(row) : null;
    },

    /** Decides one that waits, once; false when somebody was quicker or its time is over. */
    async decide(id: string, status: 'approved' | 'denied', by: NamedUser, step: Store): Promise<boolean> {
      const now = clock.now();
      const decided = await step
        .updateTable('approvals')
        .set({ status, decider_id: by.id, decided_by: JSON.stringify(by), decided_at: now })
        .where('id', '=', id)
        .where('status', '=', 'waiting')
        .where('expires_at', '>', now)
        .executeTakeFirst();
      return decided.numUpdatedRows > 0n;
    },

    /** What became of an approved one. */
    async end(id: string, status: 'done' | 'failed', step: Store = store): Promise<void> {
      await step
        .updateTable('approvals')
        .set({ status })
        .where('id', '=', id)
        .where('status', '=', 'approved')
        .execute();
    },

    /** Throws `conflict` unless it stands approved. @param step the transaction of the reset's intent */
    async assertApproved(id: string, step: Store): Promise<void> {
      const row = await step.selectFrom('approvals').select('status').where('id', '=', id).executeTakeFirst();
      if (row?.status !== 'approved')
        throw new ApiError('conflict', 'There is nothing to decide any more.', { rule: 'withdrawn' });
    },

    present,

    /** Ends those that were approved by a program that died before it began: no reset is on its way for them. */
    async endLost(): Promise<void> {
      await store
        .updateTable('approvals')
        .set({ status: 'failed' })
        // Written out, so that the partial index on it is used.
        .where(sql<boolean>`status = 'approved'`)
        .where('decided_at', '<', clock.now() - LOST_MS)
        .where(({ not, exists, selectFrom }) =>
          not(exists(selectFrom('resets').select('resets.id').whereRef('resets.approval_id', '=', 'approvals.id'))),
        )
        .execute();
    },

    /**
     * Those of the last day, newest first: an approver sees all, an agent her own.
     * @param userId about this person alone
     */
    async list(staff: StaffMember, userId?: string): Promise<Approval[]> {
      let query = store
        .selectFrom('approvals')
        .selectAll()
        .where('created_at', '>', clock.now() - SHOWN_MS);
      if (!staff.roles.admin) query = query.where('agent_id', '=', staff.userId);
      if (userId !== undefined) query = query.where('user_id', '=', userId);
      const rows = await query.orderBy('created_at', 'desc').limit(MOST).execute();
      return present(rows.map(read), staff);
    },
  };
}
