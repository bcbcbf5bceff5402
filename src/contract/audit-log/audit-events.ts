/** The events of the audit log. If Okta's System Log has the same event, its name is Okta's. */
export type AuditEvent =
  | 'user.session.start'
  | 'user.session.end'
  | 'user.session.end_others'
  | 'user.session.refused'
  | 'user.language.change'
  | 'user.authentication.step_up'
  | 'user.mfa.factor.enroll'
  | 'user.mfa.factor.activate'
  | 'user.mfa.factor.deactivate'
  | 'user.mfa.factor.verify'
  | 'user.mfa.factor.challenge'
  | 'user.mfa.factor.resend'
  | 'user.mfa.factor.send_link'
  | 'user.mfa.factor.cancel'
  | 'user.mfa.factor.rename'
  | 'user.mfa.wrong_codes'
  | 'access.refused'
  | 'access.step_up_required'
  | 'user.mfa.factor.reset'
  | 'user.mfa.factor.reset_all'
  | 'user.account.freeze'
  | 'user.account.unfreeze'
  | 'user.account.unlock'
  | 'helpdesk.person.search'
  | 'helpdesk.person.view'
  | 'helpdesk.caller_verification.start'
  | 'helpdesk.caller_verification.verify'
  | 'helpdesk.approval.request'
  | 'helpdesk.approval.approve'
  | 'helpdesk.approval.deny'
  | 'helpdesk.recovery_code.reveal'
  | 'helpdesk.approval.withdraw'
  | 'helpdesk.caller_verification.withdraw'
  | 'helpdesk.call.report'
  | 'helpdesk.audit_log.search'
  | 'helpdesk.audit_log.export'
  | 'store.restored'
  | 'audit_log.prune'
  | 'audit_log.erase'
  | 'report.methods'
  | 'helpdesk.notification'
  | 'helpdesk.refused';

/** What readers of the log see. All rows of one replacement are one entry. */
export type ShownEvent = AuditEvent | 'user.mfa.factor.replace';

/**
 * The events in a person's security history. It includes the helpdesk's views of the person, so that the person can ask
 * why.
 */
export const historyEvents = [
  'user.session.start',
  'user.session.refused',
  'user.session.end_others',
  'user.language.change',
  'user.mfa.factor.activate',
  'user.mfa.factor.deactivate',
  'user.mfa.factor.rename',
  'user.mfa.wrong_codes',
  'user.mfa.factor.reset',
  'user.mfa.factor.reset_all',
  'user.account.freeze',
  'user.account.unfreeze',
  'user.account.unlock',
  'helpdesk.person.view',
  'helpdesk.caller_verification.start',
  'helpdesk.caller_verification.verify',
  'helpdesk.approval.request',
  'helpdesk.approval.approve',
  'helpdesk.approval.deny',
  'helpdesk.recovery_code.reveal',
  'helpdesk.approval.withdraw',
  'helpdesk.caller_verification.withdraw',
  'helpdesk.call.report',
] as const satisfies readonly AuditEvent[];
/**
 * Changes of how the person signs in, and decisions about them. They are listed even if there are many other events.
 */
export const lastingEvents = [
  'user.mfa.factor.activate',
  'user.mfa.factor.deactivate',
  'user.mfa.factor.reset',
  'user.mfa.factor.reset_all',
  'user.account.unfreeze',
  'user.account.unlock',
  'helpdesk.approval.approve',
  'helpdesk.recovery_code.reveal',
] as const satisfies readonly (typeof historyEvents)[number][];

export type HistoryEvent =
  | (typeof historyEvents)[number]
  | Exclude<ShownEvent, AuditEvent>
  | 'user.mfa.factor.replace_begun'
  | 'user.mfa.factor.enroll_cancelled'
  | 'user.mfa.factor.wrong_code'
  | 'helpdesk.caller_verification.call_back';
