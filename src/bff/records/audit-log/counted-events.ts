import type { Transaction } from 'kysely';
import { hasReason } from '#contract/audit-log/audit-reasons.ts';
import { resetEvents, sendsMessage } from '../../platform/kinds/events.ts';
import type { Tables } from '../../platform/store/schema.ts';
import type { AuditEvent } from './audit-event.ts';
import type { AuditRow } from './audit-log.ts';

const HOUR_MS = 60 * 60_000;
const DAY_MS = 24 * HOUR_MS;

/**
 * The events that limits count, one row each in `counted_events`, so that a count reads only its window. `send`: a
 * message or push to the person. `reset_by`: a reset by an agent, or a request for approval. `request_by` (agent and
 * person): a request for approval. `report_by`: a report of a call by a staff member. `reset_of`: a reset of the
 * person. `unlock_of`: an unlock of the person; it is a `reset_by` too. `push_by` (agent and person), `push_of`: a push
 * of the helpdesk's; `question_by`, `question_of`: a question of the helpdesk's on the person's own page; `call_back_by`,
 * `call_back_of`: an agent's statement that they called the person back. `change`: a successful change of the person's
 * methods.
 */
export type CountedEventKind =
  | 'send'
  | 'reset_by'
  | 'request_by'
  | 'report_by'
  | 'reset_of'
  | 'unlock_of'
  | 'push_by'
  | 'push_of'
  | 'question_by'
  | 'question_of'
  | 'call_back_by'
  | 'call_back_of'
  | 'change';

/** Each is somewhat longer than the longest window that a limit counts or a page shows. */
const KEPT_MS: Record<CountedEventKind, number> = {
  send: HOUR_MS,
  reset_by: 2 * DAY_MS,
  request_by: 2 * HOUR_MS,
  report_by: 2 * HOUR_MS,
  reset_of: 31 * DAY_MS,
  unlock_of: 2 * DAY_MS,
  push_by: 2 * HOUR_MS,
  push_of: 2 * HOUR_MS,
  question_by: 2 * HOUR_MS,
  question_of: 2 * HOUR_MS,
  call_back_by: 2 * HOUR_MS,
  call_back_of: 2 * HOUR_MS,
  change: 31 * DAY_MS,
};

const UNLOCK = 'user.account.unlock';
const changes = new Set<AuditEvent>([
  ...resetEvents,
  'user.mfa.factor.enroll',
  'user.mfa.factor.activate',
  'user.mfa.factor.deactivate',
  'user.account.freeze',
  'user.account.unfreeze',
  UNLOCK,
]);

type Row = Pick<AuditRow, 'type' | 'event' | 'kind' | 'actor' | 'subject' | 'approver' | 'outcome' | 'reason' | 'at'>;

/** Returns what a row of the log counts as. */
function countedEventsOf({
  type,
  event,
  kind,
  actor,
  subject,
  approver,
  outcome,
  reason,
}: Row): { kind: CountedEventKind; who: string }[] {
  const counted: { kind: CountedEventKind; who: string | null }[] = [];
  if (type === 'intent') {
    if (sendsMessage({ event, kind })) counted.push({ kind: 'send', who: subject });
    if (event === 'helpdesk.caller_verification.start')
      counted.push({ kind: 'push_of', who: subject }, { kind: 'push_by', who: `${actor} ${subject}` });
    if (resetEvents.has(event)) counted.push({ kind: 'reset_of', who: subject });
    if (event === UNLOCK) counted.push({ kind: 'unlock_of', who: subject });
    // An approved reset was counted when the agent requested the approval.
    if ((resetEvents.has(event) || event === UNLOCK) && approver === null)
      counted.push({ kind: 'reset_by', who: actor });
  } else {
    // A push has an intent; a question has none, since nothing is asked of Okta.
    if (event === 'helpdesk.caller_verification.start' && type === 'event')
      counted.push({ kind: 'question_of', who: subject }, { kind: 'question_by', who: `${actor} ${subject}` });
    if (event === 'helpdesk.caller_verification.verify' && hasReason({ reason }, 'call-back'))
      counted.push({ kind: 'call_back_of', who: subject }, { kind: 'call_back_by', who: `${actor} ${subject}` });
    if (event === 'helpdesk.approval.request' && type === 'event')
      counted.push({ kind: 'reset_by', who: actor }, { kind: 'request_by', who: `${actor} ${subject}` });
    if (event === 'helpdesk.call.report') counted.push({ kind: 'report_by', who: actor });
    // Whoever has a session begins and cancels as many enrollments as it takes to hide every change.
    const isCancelled = hasReason({ reason }, 'cancelled');
    if (outcome === 'success' && changes.has(event) && !isCancelled) counted.push({ kind: 'change', who: subject });
  }
  return counted.filter((one): one is { kind: CountedEventKind; who: string } => one.who !== null);
}

/** Counts a row in its transaction. */
export async function countEvents(tx: Transaction<Tables>, seq: number, row: Row): Promise<void> {
  const counted = countedEventsOf(row);
  if (counted.length === 0) return;
  await tx
    .insertInto('counted_events')
    .values(counted.map(({ kind, who }) => ({ seq, kind, who, at: row.at, expires_at: row.at + KEPT_MS[kind] })))
    .execute();
}
