/** The reason of a removal that is part of a replacement. */
export const REPLACED = 'replaced';

/** The prefix of the actor of a command on the server; no user id begins with it. */
export const OPERATOR = 'operator:';

/** Event names are those of Okta's System Log where it has one. */
export type AuditEvent =
  | 'user.session.start'
  | 'user.session.end'
  | 'user.session.end_others'
  | 'user.session.refused'
  | 'user.authentication.step_up'
  | 'user.authentication.drill'
  | 'user.mfa.factor.enroll'
  | 'user.mfa.factor.activate'
  | 'user.mfa.factor.deactivate'
  | 'user.mfa.factor.verify'
  | 'user.mfa.factor.challenge'
  | 'user.mfa.factor.resend'
  | 'user.mfa.factor.send_link'
  | 'user.mfa.factor.cancel'
  | 'user.mfa.factor.rename'
  | 'user.mfa.factor.place'
  | 'user.mfa.wrong_codes'
  | 'user.new_phone.plan'
  | 'access.refused'
  | 'user.mfa.factor.reset'
  | 'user.mfa.factor.reset_all'
  | 'user.account.freeze'
  | 'user.account.unfreeze'
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
  | 'helpdesk.traces.end'
  | 'helpdesk.audit_log.export'
  | 'store.restored'
  | 'audit_log.archive'
  | 'audit_log.erase'
  | 'helpdesk.notification'
  | 'helpdesk.refused';
