import { randomBytes } from 'node:crypto';
import type { Insertable, Selectable, Transaction } from 'kysely';
import type { Clock } from '#clock';
import { isUniqueViolation } from '#database/errors.ts';
import { storable } from '#database/text.ts';
import { changeStore } from '../store/change-store.ts';
import type { Store } from '../store/open.ts';
import { judgeFailure, UnrecordedOutcome } from '../errors/api-errors.ts';
import type { Tables } from '../store/schema.ts';
import type { AuditEvent } from './audit-event.ts';
import { SALT_BYTES, rowLink } from './chain.ts';
import { isSigned, signHead, type AuditKeys, type Head } from './keys.ts';
import { countEvents } from './counted-events.ts';
import { readHead } from './verify-log.ts';

type Row = Insertable<Tables['audit_log']>;
/** The largest difference between the clocks of two portals on one store. */
export const SKEW_MS = 60_000;
export type AuditRow = Selectable<Tables['audit_log']>;

/** Who acted, from which IP address, with which user agent, in which request. */
export type Actor = { userId: string | null; address: string; agent: string; requestId: string };
export type AuditDetails = {
  event: AuditEvent;
  subject: string | null;
  factorId?: string | null;
  kind?: string | null;
  /**
   * For operations of the helpdesk. Both rows have `why` as their reason, unless the outcome has a reason of its own.
   */
  why?: string;
  ticket?: string | null;
  callerVerification?: string | null;
  approver?: string | null;
};
export type Outcome = { outcome: 'success' | 'failure' | 'unknown'; reason?: string | null; factorId?: string | null };

/** Writes more rows in the transaction of an audit row, mostly notifications. */
export type Alongside = (step: Transaction<Tables>, seq: number) => Promise<void>;
/** The same, but it may return `false`, which rolls the whole transaction back. */
type Deciding = (step: Transaction<Tables>, seq: number) => Promise<void | false>;

type ChangeOptions<T> = {
  /** Returns what to write in the transaction of a successful outcome. */
  done?: (result: T) => { factorId?: string | null; alongside?: Alongside | undefined };
  /** Says whether a failed change may have happened. An unknown outcome stays open until reconciliation reads it. */
  judge?: typeof judgeFailure;
  /** Writes in the transaction of the intent: what must survive if the process ends before the outcome. */
  first?: Alongside | undefined;
};

/** Thrown and caught in this file only, to roll a transaction back on request of a `Deciding`. */
const takenBack = new Error('taken back by what stands beside the row');

export type AuditLog = ReturnType<typeof createAuditLog>;

/** The end of the log was not written by this portal, so the portal must not append to it and sign it as its own. */
export class ForeignHeadError extends Error {
  override readonly name = 'ForeignHeadError';
}

/**
 * Creates the append-only audit log. A change at Okta and a row here cannot share a transaction, so each change has two
 * rows: the intent, committed before the call, and the outcome after it. One hash chain links all rows. Each append
 * signs the head.
 */
export function createAuditLog(store: Store, clock: Clock, keys: AuditKeys) {
  /** The head as this process last wrote it. If somebody restores an older store, the next append detects it. */
  let written: Head | null = null;

  /** Throws a ForeignHeadError unless the log may continue from this head. */
  async function assertOurs(head: Head, step: Store): Promise<void> {
    if (written && head.seq === written.seq && head.hash === written.hash) return;
    if (written && head.seq <= written.seq)
      throw new ForeignHeadError(`the audit log ends at row ${head.seq}, and was at row ${written.seq} before`);
    const isBlank =
      head.seq === 0 &&
      !(await step.selectFrom('audit_log').select('seq').where('seq', '>', 0).limit(1).executeTakeFirst());
    if (!isBlank && !isSigned(keys, head))
      throw new ForeignHeadError(`the audit log's end, row ${head.seq}, is signed by no key of AUDIT_SIGNING_KEY`);
  }
  async function append(
    row: Omit<Row, 'seq' | 'prev' | 'hash' | 'at' | 'salt'>,
    alongside?: Deciding,
  ): Promise<number> {
    const head = await changeStore(
      store,
      async (step) => {
        // The transaction starts with a write, so that two processes never continue from the same head.
        const {
          seq,
          at: before,
          hash: prev,
          signatures,
        } = await step
          .updateTable('audit_log_head')
          .set(({ eb }) => ({ seq: eb('seq', '+', 1) }))
          .where('id', '=', 1)
          .returning(['seq', 'at', 'hash', 'signatures'])
          .executeTakeFirstOrThrow();
        const known = JSON.parse(signatures) as Head['signatures'];
        await assertOurs({ seq: seq - 1, at: before, hash: prev, signatures: known }, step);
        const texts = Object.fromEntries(Object.entries(row).map(([name, value]) => [name, storable(value)]));
        const full = {
          ...(texts as typeof row),
          seq,
          at: clock.now(),
          salt: randomBytes(SALT_BYTES).toString('base64url'),
          prev,
        } as Omit<AuditRow, 'hash'>;
        const next = signHead(keys, { seq, at: full.at, hash: rowLink(full, prev) });
        await step
          .insertInto('audit_log')
          .values({ ...full, hash: next.hash })
          .execute();
        await step
          .updateTable('audit_log_head')
          .set({ at: next.at, hash: next.hash, signatures: JSON.stringify(next.signatures) })
          .where('id', '=', 1)
          .execute();
        const { type, event, subject, factor_id, at, intent } = full;
        if (type === 'intent')
          await step.insertInto('open_intents').values({ seq, at, event, subject, factor_id }).execute();
        if (intent !== null) await step.deleteFrom('open_intents').where('seq', '=', intent).execute();
        await countEvents(step, seq, full);
        if ((await alongside?.(step, seq)) === false) throw takenBack;
        return next;
      },
      { queue: 'audit_log_head' },
    );
    if (!written || head.seq > written.seq) written = head;
    return head.seq;
  }

  const rowOf = (
    type: Row['type'],
    actor: Actor,
    about: AuditDetails,
    outcome: Partial<Outcome>,
    intent: number | null = null,
  ) => ({
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
    caller_verification: about.callerVerification ?? null,
    approver: about.approver ?? null,
    address: actor.address,
    agent: actor.agent.slice(0, 300),
    request_id: actor.requestId,
  });

  type Open = { before?: number; subject?: string; event?: AuditEvent; factorId?: string };
  /** Not a join: SQLite would scan the whole log in order and look up each row among the open ones. */
  async function openIntents({ before, subject, event, factorId }: Open): Promise<AuditRow[]> {
    let open = store.selectFrom('open_intents').select('seq');
    if (before !== undefined)
      open = open.where(({ eb, or }) => or([eb('at', '<=', before), eb('at', '>', clock.now() + SKEW_MS)]));
    if (subject !== undefined) open = open.where('subject', '=', subject);
    if (event !== undefined) open = open.where('event', '=', event);
    if (factorId !== undefined) open = open.where('factor_id', '=', factorId);
    return store.selectFrom('audit_log').selectAll().where('seq', 'in', open).orderBy('seq').execute();
  }

  /** The requests that have a row in the audit log, by their actor. */
  const recorded = new WeakSet<Actor>();

  /** Intents of this process whose call is still running; reconciliation skips them. */
  const going = new Set<number>();

  return {
    /** Records an event that has no separate intent. Returns false when `alongside` rolled it back. */
    async event(actor: Actor, about: AuditDetails, outcome: Outcome, alongside?: Deciding): Promise<boolean> {
      try {
        await append(rowOf('event', actor, about, outcome), alongside);
      } catch (error) {
        if (error === takenBack) return false;
        throw error;
      }
      recorded.add(actor);
      return true;
    },

    /** Returns the signed head, for a checkpoint. Throws a ForeignHeadError when this portal did not write it. */
    async head(): Promise<Head> {
      const head = await readHead(store);
      await assertOurs(head, store);
      return head.seq === 0 ? signHead(keys, head) : head;
    },

    /** Returns whether the audit log has a row of this request. */
    recorded: (actor: Actor): boolean => recorded.has(actor),

    /**
     * Records the intent of a change that somebody else completes at Okta without the portal. It stays open until
     * reconciliation.
     */
    async intend(actor: Actor, about: AuditDetails, reason: string): Promise<void> {
      await append(rowOf('intent', actor, about, { reason }));
      recorded.add(actor);
    },

    /** Returns a person's open intents of one event on one factor. */
    openOf: (subject: string, event: AuditEvent, factorId: string): Promise<AuditRow[]> =>
      openIntents({ subject, event, factorId }),

    /**
     * Runs a change at Okta between its intent and its outcome. No intent, no call: when the store rejects the intent,
     * `change` does not run. Rejects with the error of `change`, or with an UnrecordedOutcome.
     */
    async change<T>(
      actor: Actor,
      about: AuditDetails,
      change: () => Promise<T>,
      { done, judge = judgeFailure, first }: ChangeOptions<T> = {},
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
        const { factorId, alongside } = done?.(result) ?? {};
        const outcome = rowOf('outcome', actor, about, { outcome: 'success', factorId }, intent);
        await append(outcome, alongside).catch((error: unknown) => {
          throw new UnrecordedOutcome(error);
        });
        return result;
      } finally {
        going.delete(intent);
      }
    },

    /**
     * Returns the intents without an outcome that began before `before` (milliseconds), oldest first. An intent with a
     * time in the future counts too, because the clock was set back. Intents that this process still runs are left out.
     */
    async open(before: number): Promise<AuditRow[]> {
      return (await openIntents({ before })).filter(({ seq }) => !going.has(seq));
    },

    /** Writes the outcome of an open intent. Returns false when it already has one: the store rejects a second. */
    async reconcile(intent: AuditRow, outcome: Outcome, alongside?: Alongside): Promise<boolean> {
      const { at: _at, seq, prev: _prev, hash: _hash, salt: _salt, ...rest } = intent;
      try {
        const reconciled = {
          ...rest,
          type: 'outcome' as const,
          intent: seq,
          outcome: outcome.outcome,
          reason: outcome.reason ?? 'reconciled',
          factor_id: outcome.factorId ?? rest.factor_id,
        };
        await append(reconciled, alongside);
        return true;
      } catch (error) {
        if (isUniqueViolation(error)) return false;
        throw error;
      }
    },
  };
}
