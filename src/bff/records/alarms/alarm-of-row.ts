import { findCallerFailure, type CallerFailure } from '#contract/audit-log/audit-reasons.ts';
import { resetEvents } from '../../platform/kinds/events.ts';
import type { AuditRow } from '../audit-log/audit-log.ts';
import type { Alarm } from './alarms.ts';

const denials: ReadonlySet<CallerFailure | null> = new Set<CallerFailure>([
  'rejected',
  'cancelled',
  'the person did not call',
]);

type Row = Pick<AuditRow, 'type' | 'event' | 'actor' | 'subject' | 'kind' | 'outcome' | 'reason'>;

/**
 * For `privileged_reset` and `enrollment_after_reset`, the caller must check that the person is privileged; for the
 * latter also that a reset was within a day.
 */
export function findAlarm({ type, event, actor, subject, kind, outcome, reason }: Row): Alarm | null {
  if (event === 'helpdesk.call.report')
    return { name: 'call_reported', subject, details: { signs: reason, by: actor } };
  if (
    event === 'helpdesk.caller_verification.verify' &&
    outcome === 'failure' &&
    denials.has(findCallerFailure(reason))
  ) {
    const asker = actor === subject ? null : actor;
    return { name: 'caller_verification_denied', subject, details: { reason, asker } };
  }
  if (type === 'intent') return null;
  if (resetEvents.has(event) && outcome !== 'failure')
    return { name: 'privileged_reset', subject, details: { by: actor, outcome } };
  if (event === 'user.mfa.factor.activate' && outcome === 'success')
    return { name: 'enrollment_after_reset', subject, details: { method: kind } };
  return null;
}
