import { auditKinds } from '#contract/helpdesk-schemas.ts';
import type { AuditKind } from '#contract/helpdesk.ts';
import type { AuditEvent } from '#contract/audit-log/audit-events.ts';

/** An event with an empty list is shown only without a filter. */
const kindsOfEvent: Record<AuditEvent, readonly AuditKind[]> = {
  'user.mfa.factor.reset': ['operation', 'reset'],
  'user.mfa.factor.reset_all': ['operation', 'reset'],
  'user.account.unfreeze': ['operation', 'reset', 'freeze'],
  'user.account.unlock': ['operation', 'reset'],
  'helpdesk.recovery_code.reveal': ['operation', 'reset'],
  'helpdesk.approval.request': ['operation', 'approval'],
  'helpdesk.approval.approve': ['operation', 'approval'],
  'helpdesk.approval.deny': ['operation', 'approval'],
  'helpdesk.approval.withdraw': ['operation', 'approval'],
  'helpdesk.caller_verification.start': ['caller'],
  'helpdesk.caller_verification.verify': ['operation', 'caller'],
  'helpdesk.caller_verification.withdraw': ['operation', 'caller'],
  'helpdesk.person.view': ['look'],
  'helpdesk.person.search': ['look'],
  'helpdesk.audit_log.search': ['look'],
  'helpdesk.audit_log.export': ['look'],
  'user.account.freeze': ['operation', 'freeze'],
  'user.mfa.factor.enroll': ['method'],
  'user.mfa.factor.activate': ['operation', 'method'],
  'user.mfa.factor.deactivate': ['operation', 'method'],
  'user.mfa.factor.rename': ['method'],
  'user.authentication.step_up': [],
  'user.mfa.factor.verify': [],
  'user.mfa.factor.challenge': [],
  'user.mfa.factor.resend': [],
  'user.mfa.factor.send_link': [],
  'user.mfa.factor.cancel': [],
  'user.mfa.wrong_codes': [],
  'user.session.start': ['session'],
  'user.session.end': ['session'],
  'user.session.end_others': ['session'],
  'user.language.change': ['session'],
  'user.session.refused': ['session', 'refusal'],
  'helpdesk.refused': ['refusal'],
  'access.refused': ['refusal'],
  'access.step_up_required': [],
  'helpdesk.notification': [],
  'store.restored': [],
  'audit_log.prune': [],
  'audit_log.erase': [],
  'report.methods': ['look'],
  'helpdesk.call.report': ['operation', 'caller'],
};

export const eventsOfKind = Object.fromEntries(
  auditKinds.map((kind) => [
    kind,
    (Object.keys(kindsOfEvent) as AuditEvent[]).filter((event) => kindsOfEvent[event].includes(kind)),
  ]),
) as unknown as Record<AuditKind, readonly AuditEvent[]>;
