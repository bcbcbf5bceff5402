import type { ShownEvent } from '#contract/audit-log/audit-events.ts';
import type { AuditAct } from '#contract/helpdesk.ts';
import type { MessageId } from '../../../i18n/translate.tsx';

/** A sentence about an act. Each has `by`, and may have `person` and `what`, the method. */
const sentences = {
  'user.mfa.factor.reset': 'helpdesk-audit-log.act_reset',
  'user.mfa.factor.reset_all': 'helpdesk-audit-log.act_reset_all',
  'user.account.unfreeze': 'helpdesk-audit-log.act_unfreeze',
  'helpdesk.approval.request': 'helpdesk-audit-log.act_approval_request',
  'helpdesk.approval.approve': 'helpdesk-audit-log.act_approve',
  'helpdesk.approval.deny': 'helpdesk-audit-log.act_deny',
  'helpdesk.approval.withdraw': 'helpdesk-audit-log.act_approval_withdraw',
  'helpdesk.traces.end': 'helpdesk-audit-log.act_traces_end',
  'helpdesk.recovery_code.reveal': 'helpdesk-audit-log.act_code',
  'helpdesk.caller_verification.start': 'helpdesk-audit-log.act_caller_start',
  'helpdesk.caller_verification.verify': 'helpdesk-audit-log.act_caller_verify',
  'helpdesk.caller_verification.withdraw': 'helpdesk-audit-log.act_caller_withdraw',
  'helpdesk.person.view': 'helpdesk-audit-log.act_view',
  'helpdesk.call.report': 'helpdesk-audit-log.act_report',
  'helpdesk.amendment': 'helpdesk-audit-log.act_amendment',
  'helpdesk.note.add': 'helpdesk-audit-log.act_note',
} as const satisfies Partial<Record<ShownEvent, MessageId>>;
/** Sentences without a person: mostly of what people do themselves. The compiler names an event without a sentence. */
const alone: Record<Exclude<ShownEvent, keyof typeof sentences>, MessageId> = {
  'user.account.freeze': 'helpdesk-audit-log.act_freeze',
  'user.mfa.factor.enroll': 'helpdesk-audit-log.act_enroll',
  'user.mfa.factor.activate': 'helpdesk-audit-log.act_activate',
  'user.mfa.factor.deactivate': 'helpdesk-audit-log.act_deactivate',
  'user.mfa.factor.replace': 'helpdesk-audit-log.act_replace',
  'user.mfa.factor.rename': 'helpdesk-audit-log.act_rename',
  'user.mfa.factor.cancel': 'helpdesk-audit-log.act_cancel',
  'user.mfa.factor.verify': 'helpdesk-audit-log.act_verify',
  'user.mfa.factor.challenge': 'helpdesk-audit-log.act_challenge',
  'user.mfa.factor.resend': 'helpdesk-audit-log.act_challenge',
  'user.mfa.factor.send_link': 'helpdesk-audit-log.act_send_link',
  'user.mfa.factor.place': 'helpdesk-audit-log.act_place',
  'user.new_phone.plan': 'helpdesk-audit-log.act_new_phone',
  'user.authentication.drill': 'helpdesk-audit-log.act_drill',
  'user.mfa.wrong_codes': 'helpdesk-audit-log.act_wrong_codes',
  'user.authentication.step_up': 'helpdesk-audit-log.act_step_up',
  'user.session.start': 'helpdesk-audit-log.act_session_start',
  'user.session.end': 'helpdesk-audit-log.act_session_end',
  'user.session.end_others': 'helpdesk-audit-log.act_session_end_others',
  'user.session.refused': 'helpdesk-audit-log.act_session_refused',
  'helpdesk.person.search': 'helpdesk-audit-log.act_search',
  'helpdesk.audit_log.export': 'helpdesk-audit-log.act_export',
  'helpdesk.notification': 'helpdesk-audit-log.act_notification',
  'store.restored': 'helpdesk-audit-log.act_restored',
  'audit_log.archive': 'helpdesk-audit-log.act_archive',
  'audit_log.erase': 'helpdesk-audit-log.act_erase',
  'helpdesk.refused': 'helpdesk-audit-log.act_refused',
  'access.refused': 'helpdesk-audit-log.act_refused',
};

/** The server may be newer than this page, and have more events. */
const sentenceIn = (all: Partial<Record<string, MessageId>>, event: string): MessageId | undefined =>
  Object.hasOwn(all, event) ? all[event] : undefined;

/** Returns an act's sentence, and whether it names the person. */
export function sentenceOf({ event, outcome, person }: Pick<AuditAct, 'event' | 'outcome' | 'person'>): {
  id: MessageId;
  names: boolean;
} {
  if (event === 'helpdesk.caller_verification.verify') {
    const failed = outcome === 'failure';
    // Without a person, the caller did it.
    if (person === null)
      return { id: failed ? 'helpdesk-audit-log.act_did_not_call' : 'helpdesk-audit-log.act_answered', names: true };
    if (failed) return { id: 'helpdesk-audit-log.act_not_verified', names: true };
  }
  const found = { about: sentenceIn(sentences, event), alone: sentenceIn(alone, event) };
  if (found.about && person !== null) return { id: found.about, names: true };
  return { id: found.alone ?? 'helpdesk-audit-log.act_other', names: false };
}

/** How a caller was verified, within a line. Each has `time`, which may be empty. */
export const verifiedMessages: Record<NonNullable<AuditAct['verified']>['type'], MessageId> = {
  push: 'helpdesk-audit-log.by_push',
  'own-session': 'helpdesk-audit-log.by_own_session',
  'call-back': 'helpdesk-audit-log.by_call_back',
};

/** How an act ended, where its sentence does not say so. */
export function endingOf({
  outcome,
  refused,
  event,
}: Pick<AuditAct, 'outcome' | 'refused' | 'event'>): MessageId | null {
  if (outcome === null) return 'helpdesk-audit-log.no_outcome';
  if (outcome === 'unknown') return 'helpdesk-audit-log.unknown';
  const isSaid = refused || event === 'helpdesk.caller_verification.verify' || event === 'user.session.refused';
  return outcome === 'failure' && !isSaid ? 'helpdesk-audit-log.failed' : null;
}

export const mistakeMessages: Record<AuditAct['amendments'][number]['mistake'], MessageId> = {
  wrong_person: 'helpdesk-audit-log.mistake_wrong_person',
  wrong_ticket: 'helpdesk-audit-log.mistake_wrong_ticket',
  other: 'helpdesk-audit-log.mistake_other',
};
