import type { ShownEvent } from '#contract/audit-log/audit-events.ts';
import type { AuditLine } from '#contract/helpdesk.ts';
import type { MessageId } from '../../../i18n/translate.tsx';

/** A sentence about a row. Each has `by`, and may have `person` and `what`, the method. */
const sentences = {
  'user.mfa.factor.reset': 'helpdesk-audit-log.line_reset',
  'user.mfa.factor.reset_all': 'helpdesk-audit-log.line_reset_all',
  'user.account.unfreeze': 'helpdesk-audit-log.line_unfreeze',
  'user.account.unlock': 'helpdesk-audit-log.line_unlock',
  'helpdesk.approval.request': 'helpdesk-audit-log.line_approval_request',
  'helpdesk.approval.approve': 'helpdesk-audit-log.line_approve',
  'helpdesk.approval.deny': 'helpdesk-audit-log.line_deny',
  'helpdesk.approval.withdraw': 'helpdesk-audit-log.line_approval_withdraw',
  'helpdesk.recovery_code.reveal': 'helpdesk-audit-log.line_code',
  'helpdesk.caller_verification.start': 'helpdesk-audit-log.line_caller_start',
  'helpdesk.caller_verification.verify': 'helpdesk-audit-log.line_caller_verify',
  'helpdesk.caller_verification.withdraw': 'helpdesk-audit-log.line_caller_withdraw',
  'helpdesk.person.view': 'helpdesk-audit-log.line_view',
  'helpdesk.call.report': 'helpdesk-audit-log.line_report',
} as const satisfies Partial<Record<ShownEvent, MessageId>>;
/** Sentences without a person: mostly of what people do themselves. The compiler names an event without a sentence. */
const alone: Record<Exclude<ShownEvent, keyof typeof sentences>, MessageId> = {
  'user.account.freeze': 'helpdesk-audit-log.line_freeze',
  'user.mfa.factor.enroll': 'helpdesk-audit-log.line_enroll',
  'user.mfa.factor.activate': 'helpdesk-audit-log.line_activate',
  'user.mfa.factor.deactivate': 'helpdesk-audit-log.line_deactivate',
  'user.mfa.factor.replace': 'helpdesk-audit-log.line_replace',
  'user.mfa.factor.rename': 'helpdesk-audit-log.line_rename',
  'user.mfa.factor.cancel': 'helpdesk-audit-log.line_cancel',
  'user.mfa.factor.verify': 'helpdesk-audit-log.line_verify',
  'user.mfa.factor.challenge': 'helpdesk-audit-log.line_challenge',
  'user.mfa.factor.resend': 'helpdesk-audit-log.line_challenge',
  'user.mfa.factor.send_link': 'helpdesk-audit-log.line_send_link',
  'user.mfa.wrong_codes': 'helpdesk-audit-log.line_wrong_codes',
  'user.authentication.step_up': 'helpdesk-audit-log.line_step_up',
  'user.session.start': 'helpdesk-audit-log.line_session_start',
  'user.session.end': 'helpdesk-audit-log.line_session_end',
  'user.session.end_others': 'helpdesk-audit-log.line_session_end_others',
  'user.session.refused': 'helpdesk-audit-log.line_session_refused',
  'helpdesk.person.search': 'helpdesk-audit-log.line_search',
  'helpdesk.audit_log.search': 'helpdesk-audit-log.line_audit_search',
  'helpdesk.audit_log.export': 'helpdesk-audit-log.line_export',
  'helpdesk.notification': 'helpdesk-audit-log.line_notification',
  'store.restored': 'helpdesk-audit-log.line_restored',
  'audit_log.prune': 'helpdesk-audit-log.line_prune',
  'audit_log.erase': 'helpdesk-audit-log.line_erase',
  'helpdesk.refused': 'helpdesk-audit-log.line_refused',
  'access.refused': 'helpdesk-audit-log.line_refused',
  'access.step_up_required': 'helpdesk-audit-log.line_refused',
};

/** How an agent's own request ended. */
const ownEndings: Record<NonNullable<AuditLine['withdrawal']>, MessageId> = {
  replaced: 'helpdesk-audit-log.line_approval_replaced',
  reported: 'helpdesk-audit-log.line_approval_reported',
};

/** The server may be newer than this page, and have more events. */
const sentenceIn = (all: Partial<Record<string, MessageId>>, event: string): MessageId | undefined =>
  Object.hasOwn(all, event) ? all[event] : undefined;

/** Returns a row's sentence, and whether it names the person. */
export function sentenceOf({
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
    // Without a person, the caller did it.
    if (person === null)
      return { id: failed ? 'helpdesk-audit-log.line_did_not_call' : 'helpdesk-audit-log.line_answered', names: true };
    if (failed) return { id: 'helpdesk-audit-log.line_not_verified', names: true };
  }
  if (again && person !== null) return { id: 'helpdesk-audit-log.line_view_again', names: true };
  if (withdrawal && person !== null) return { id: ownEndings[withdrawal], names: true };
  const found = { about: sentenceIn(sentences, event), alone: sentenceIn(alone, event) };
  if (found.about && person !== null) return { id: found.about, names: true };
  return { id: found.alone ?? 'helpdesk-audit-log.line_other', names: false };
}

/** How a row ended, where its sentence does not say so. */
export function endingOf({
  outcome,
  refused,
  event,
}: Pick<AuditLine, 'outcome' | 'refused' | 'event'>): MessageId | null {
  if (outcome === null) return 'helpdesk-audit-log.no_outcome';
  if (outcome === 'unknown') return 'helpdesk-audit-log.unknown';
  const isSaid = refused || event === 'helpdesk.caller_verification.verify' || event === 'user.session.refused';
  return outcome === 'failure' && !isSaid ? 'helpdesk-audit-log.failed' : null;
}
