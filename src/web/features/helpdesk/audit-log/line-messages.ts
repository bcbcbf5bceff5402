import type { ShownEvent } from '#contract/audit-log/audit-events.ts';
import type { AuditLine } from '#contract/helpdesk.ts';
import { hasMessage, type MessageId } from '../../../i18n/translate.tsx';

/** Only sentences of these events name the person. */
type AboutPerson = MessageId extends infer Id
  ? Id extends `helpdesk-audit-log.about.${infer Event}`
    ? Event
    : never
  : never;
type Refusal = 'helpdesk.refused' | 'access.refused' | 'access.step_up_required';
/** The compiler finds an event that has no sentence. */
const getLineId = (event: Exclude<ShownEvent, AboutPerson | Refusal>): MessageId => `helpdesk-audit-log.line.${event}`;
const refusals: ReadonlySet<string> = new Set<Refusal>([
  'helpdesk.refused',
  'access.refused',
  'access.step_up_required',
]);

/** `names`: the sentence names the person. */
export function chooseSentence({
  event,
  outcome,
  person,
  withdrawal,
  again,
}: Pick<AuditLine, 'event' | 'outcome' | 'person' | 'withdrawal' | 'again'>): {
  id: MessageId;
  names: boolean;
} {
  if (event === 'helpdesk.caller_verification.verify') {
    const failed = outcome === 'failure';
    // The caller's own answer wrote this row.
    if (person === null)
      return { id: failed ? 'helpdesk-audit-log.line_did_not_call' : 'helpdesk-audit-log.line_answered', names: true };
    if (failed) return { id: 'helpdesk-audit-log.line_not_verified', names: true };
  }
  if (again && person !== null) return { id: 'helpdesk-audit-log.line_view_again', names: true };
  if (withdrawal && person !== null) return { id: `helpdesk-audit-log.ending.${withdrawal}`, names: true };
  const messageId = `helpdesk-audit-log.about.${event}`;
  if (person !== null && hasMessage(messageId)) return { id: messageId, names: true };
  if (refusals.has(event)) return { id: 'helpdesk-audit-log.line_refused', names: false };
  const id: string = getLineId(event as Parameters<typeof getLineId>[0]);
  return { id: hasMessage(id) ? id : 'helpdesk-audit-log.line_other', names: false };
}

export function chooseEnding({
  outcome,
  refused,
  event,
}: Pick<AuditLine, 'outcome' | 'refused' | 'event'>): MessageId | null {
  if (outcome === null) return 'helpdesk-audit-log.no_outcome';
  if (outcome === 'unknown') return 'helpdesk-audit-log.unknown';
  const isSaid = refused || event === 'helpdesk.caller_verification.verify' || event === 'user.session.refused';
  return outcome === 'failure' && !isSaid ? 'helpdesk-audit-log.failed' : null;
}
