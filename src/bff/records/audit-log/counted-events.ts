import type { Transaction } from 'kysely';
import { hasReason } from '#contract/audit-log/audit-reasons.ts';
import { resetEvents, sendsMessage } from '../../platform/kinds/events.ts';
import type { Tables } from '../../platform/store/schema.ts';
import type { AuditEvent } from '#contract/audit-log/audit-events.ts';
import type { AuditRow } from './audit-log.ts';
import { addCounts, type CountedEvent, type CountedEventKind } from './counts.ts';

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

/** Messages per phone number are counted elsewhere, because a row does not contain the number. */
function listCountedEvents({ type, event, kind, actor, subject, approver, outcome, reason }: Row): CountedEvent[] {
  const counted: { kind: CountedEventKind; who: string | null }[] = [];
  if (type === 'intent') {
    // The helpdesk's pushes are counted separately, so that other messages cannot use up their limit.
    if (event === 'helpdesk.caller_verification.start')
      counted.push({ kind: 'push_of', who: subject }, { kind: 'push_by', who: `${actor} ${subject}` });
    else if (sendsMessage({ event, kind })) counted.push({ kind: 'send', who: subject });
    if (resetEvents.has(event)) counted.push({ kind: 'reset_of', who: subject });
    if (event === UNLOCK) counted.push({ kind: 'unlock_of', who: subject });
    // An approved reset or unlock was counted when the agent requested the approval.
    if ((resetEvents.has(event) || event === UNLOCK) && approver === null)
      counted.push({ kind: 'reset_by', who: actor });
  } else {
    // A push has an intent. A question has none, because Okta is not called.
    if (event === 'helpdesk.caller_verification.start' && type === 'event')
      counted.push({ kind: 'question_of', who: subject }, { kind: 'question_by', who: `${actor} ${subject}` });
    if (event === 'helpdesk.caller_verification.verify' && hasReason({ reason }, 'call-back'))
      counted.push({ kind: 'call_back_of', who: subject }, { kind: 'call_back_by', who: `${actor} ${subject}` });
    if (event === 'helpdesk.approval.request' && type === 'event')
      counted.push({ kind: 'reset_by', who: actor }, { kind: 'request_by', who: `${actor} ${subject}` });
    if (event === 'helpdesk.call.report') counted.push({ kind: 'report_by', who: actor });
    // Without cancelled enrollments: a thief could start many, to push other changes off the helpdesk's page.
    const isCancelled = hasReason({ reason }, 'cancelled');
    if (outcome === 'success' && changes.has(event) && !isCancelled) counted.push({ kind: 'change', who: subject });
  }
  return counted.filter((one): one is CountedEvent => one.who !== null);
}

export async function countEvents(tx: Transaction<Tables>, seq: number, row: Row): Promise<void> {
  await addCounts(tx, row.at, listCountedEvents(row), seq);
}
