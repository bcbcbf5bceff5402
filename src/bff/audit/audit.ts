import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import type { Insertable, Selectable, Transaction } from 'kysely';
import type { Clock } from '#clock';
import type { Store } from '../store/open.ts';
import type { Tables } from '../store/schema.ts';

type Row = Insertable<Tables['audit']>;
export type AuditRow = Selectable<Tables['audit']>;

/** Names follow Okta's System Log where it has one. */
export type AuditEvent =
  | 'user.session.start'
  | 'user.session.end'
  | 'user.session.end_others'
  | 'user.session.refused'
  | 'user.authentication.proof'
  | 'user.mfa.factor.enroll'
  | 'user.mfa.factor.activate'
  | 'user.mfa.factor.deactivate'
  | 'user.mfa.factor.verify'
  | 'user.mfa.factor.challenge'
  | 'user.mfa.factor.resend'
  | 'user.mfa.factor.send_link'
  | 'user.mfa.factor.cancel'
  | 'user.mfa.factor.rename'
  | 'user.mfa.guesses'
  | 'access.refused'
  | 'user.mfa.factor.reset'
  | 'user.mfa.factor.reset_all'
  | 'user.account.freeze'
  | 'user.account.unfreeze'
  | 'helpdesk.person.search'
  | 'helpdesk.person.view'
  | 'helpdesk.caller.challenge'
  | 'helpdesk.caller.verify'
  | 'helpdesk.approval.request'
  | 'helpdesk.approval.approve'
  | 'helpdesk.approval.deny'
  | 'helpdesk.approval.code'
  | 'helpdesk.approval.withdraw'
  | 'helpdesk.caller.withdraw'
  | 'helpdesk.audit.export'
  | 'helpdesk.notice'
  | 'helpdesk.refused';

/** Who did it, from where. */
export type Actor = { userId: string | null; address: string; agent: string; requestId: string };
export type About = {
  event: AuditEvent;
  subject: string | null;
  factorId?: string | null;
  kind?: string | null;
  /** Of the helpdesk's acts. `why` stands as the reason of both rows where the outcome has none of its own. */
  why?: string;
  ticket?: string | null;
  callerProof?: string | null;
  approver?: string | null;
};
export type Outcome = { outcome: 'success' | 'failure' | 'unknown'; reason?: string | null; factorId?: string | null };

const fields = [
  'at', 'type', 'intent', 'event', 'actor', 'subject', 'factor_id', 'kind', 'outcome', 'reason', 'address', 'agent', 'request_id',
] as const;
/** What rows are over since there is a helpdesk. */
const later = ['ticket', 'caller_proof', 'approver'] as const;
const LINK = 2;

type Linked = Record<(typeof fields)[number] | (typeof later)[number], unknown> & { link: number };

/** A row's link in the chain: over its own fields and the link before it. */
function linkOf(row: Linked, prev: string): string {
  const of = (names: readonly (keyof Linked)[]) => names.map((field) => row[field] ?? null);
  const content = row.link === 1 ? [prev, ...of(fields)] : [row.link, prev, ...of(fields), ...of(later)];
  return createHash('sha256').update(JSON.stringify(content)).digest('base64url');
}

/** What stands in a transaction beside an audit row: the notices it owes, above all. */
export type Alongside = (step: Transaction<Tables>, seq: number) => Promise<void>;

export type Audit = ReturnType<typeof createAudit>;

/**
 * The append-only trail. A change at the org and a row here cannot share a transaction, so a change is two rows: the intent, committed
 * before the call, and the outcome after it. One hash chain runs through all.
 */
export function createAudit(store: Store, clock: Clock) {
  async function append(row: Omit<Row, 'prev' | 'hash' | 'at' | 'link'>, alongside?: Alongside): Promise<number> {
    return store.transaction().execute(async (step) => {
      const head = await step.selectFrom('audit_head').selectAll().executeTakeFirstOrThrow();
      const full = { ...row, at: clock.now(), link: LINK };
      const hash = linkOf(full as Linked, head.hash);
      const { seq } = await step
        .insertInto('audit')
        .values({ ...full, prev: head.hash, hash })
        .returning('seq')
        .executeTakeFirstOrThrow();
      await step.updateTable('audit_head').set({ seq, hash }).execute();
      await alongside?.(step, seq);
      return seq;
    });
  }

  const rowOf = (type: Row['type'], actor: Actor, about: About, outcome: Partial<Outcome>, intent: number | null = null) => ({
    type,
    intent,
    event: about.event,
    actor: actor.userId,
    subject: about.subject,
    factor_id: outcome.factorId ?? about.factorId ?? null,
    kind: about.kind ?? null,
    outcome: outcome.outcome ?? null,
    reason: outcome.reason ?? about.why ?? null,
    ticket: about.ticket ?? null,
    caller_proof: about.callerProof ?? null,
    approver: about.approver ?? null,
    address: actor.address,
    agent: actor.agent.slice(0, 300),
    request_id: actor.requestId,
  });

  const openIntents = () =>
    store
      .selectFrom('audit as a')
      .selectAll()
      .where('type', '=', 'intent')
      .where(({ not, exists, selectFrom }) =>
        not(exists(selectFrom('audit as b').select(sql`1`.as('one')).whereRef('b.intent', '=', 'a.seq'))),
      )
      .orderBy('seq');

  /** Requests that are in the trail, by their actor. */
  const recorded = new WeakSet<Actor>();

  /** Intents of this process whose call is still going on; settling leaves them alone. */
  const going = new Set<number>();

  return {
    /** Records something that is over when it is recorded. */
    async event(actor: Actor, about: About, outcome: Outcome, alongside?: Alongside): Promise<void> {
      await append(rowOf('event', actor, about, outcome), alongside);
      recorded.add(actor);
    },

    /** Whether anything of a request is in the trail. */
    recorded: (actor: Actor): boolean => recorded.has(actor),

    /** Records the intent of a change that somebody else finishes at the org, out of our sight. It stays open until it is settled. */
    async intend(actor: Actor, about: About, reason: string): Promise<void> {
      await append(rowOf('intent', actor, about, { reason }));
      recorded.add(actor);
    },

    /** A person's open intents of one event on one factor. */
    async openOf(subject: string, event: AuditEvent, factorId: string): Promise<AuditRow[]> {
      return openIntents().where('subject', '=', subject).where('event', '=', event).where('factor_id', '=', factorId).execute();
    },

    /**
     * Runs a change at the org between its intent and its outcome. No intent, no call: when the store refuses, `change` is not run.
     * @param judge what a failure says of the outcome: `failure` when nothing happened, `unknown` when nobody can say yet; an
     *   unknown outcome is left open and settled by reading.
     * @param done what stands in the same transaction as a successful outcome.
     * @param first stands in the transaction of the intent: what is owed should the process end before the outcome.
     */
    async change<T>(
      actor: Actor,
      about: About,
      change: () => Promise<T>,
      done: (result: T) => { factorId?: string | null; alongside?: Alongside },
      judge: (error: unknown) => { outcome: 'failure' | 'unknown'; reason: string },
      first?: Alongside,
    ): Promise<T> {
      const intent = await append(rowOf('intent', actor, about, {}), first);
      recorded.add(actor);
      going.add(intent);
      try {
        let result: T;
        try {
          result = await change();
        } catch (error) {
          const judged = judge(error);
          if (judged.outcome === 'failure') await append(rowOf('outcome', actor, about, judged, intent));
          throw error;
        }
        const { factorId, alongside } = done(result);
        await append(rowOf('outcome', actor, about, { outcome: 'success', factorId }, intent), alongside);
        return result;
      } finally {
        going.delete(intent);
      }
    },

    /** Intents without an outcome, begun before `before` (milliseconds), oldest first, none of them going on in this process. */
    async open(before: number): Promise<AuditRow[]> {
      const rows = await openIntents().where('at', '<=', before).execute();
      return rows.filter((row) => !going.has(row.seq));
    },

    /** Writes the outcome of an intent found open. A second outcome for the same intent is refused by the store; then false. */
    async settle(intent: AuditRow, outcome: Outcome, alongside?: Alongside): Promise<boolean> {
      const { at: _at, seq, prev: _prev, hash: _hash, link: _link, ...rest } = intent;
      try {
        const settled = {
          ...rest,
          type: 'outcome' as const,
          intent: seq,
          outcome: outcome.outcome,
          reason: outcome.reason ?? 'settled',
          factor_id: outcome.factorId ?? rest.factor_id,
        };
        await append(settled, alongside);
        return true;
      } catch (error) {
        if (error instanceof Error && /UNIQUE/.test(error.message)) return false;
        throw error;
      }
    },
  };
}

export type Bent = { seq: number; fault: 'edited' | 'missing' | 'reordered' | 'truncated' };

/**
 * Walks the chain. Returns null when it holds, else the first row that does not: one that was edited, one that stands elsewhere than where
 * it was written, one before which rows are missing, or the place after which rows were cut off.
 */
export async function verifyAudit(store: Store): Promise<Bent | null> {
  let prev = '';
  let last = 0;
  for (let from = 0; ; ) {
    const rows = await store.selectFrom('audit').selectAll().where('seq', '>', from).orderBy('seq').limit(500).execute();
    for (const row of rows) {
      if (row.prev !== prev) {
        // The row that belongs here is there, further down.
        const elsewhere = await store.selectFrom('audit').select('seq').where('prev', '=', prev).where('seq', '>', row.seq).executeTakeFirst();
        return { seq: row.seq, fault: elsewhere ? 'reordered' : 'missing' };
      }
      const early = row.link === 1 && later.some((field) => row[field] !== null);
      if (early || linkOf(row, prev) !== row.hash) return { seq: row.seq, fault: 'edited' };
      prev = row.hash;
      last = row.seq;
    }
    if (rows.length === 0) break;
    from = last;
  }
  const head = await store.selectFrom('audit_head').selectAll().executeTakeFirstOrThrow();
  return head.seq === last && head.hash === prev ? null : { seq: last + 1, fault: 'truncated' };
}
