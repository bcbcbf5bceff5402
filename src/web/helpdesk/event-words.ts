import type { WordsId } from '../words/words.tsx';

/** What happened, by the audit's name for it; for lists of agents and approvers. */
export const deskEvents = {
  'user.mfa.factor.enroll': 'desk.event_enroll',
  'user.mfa.factor.activate': 'desk.event_activate',
  'user.mfa.factor.deactivate': 'desk.event_deactivate',
  'user.mfa.factor.reset': 'desk.event_reset',
  'user.mfa.factor.reset_all': 'desk.event_reset_all',
  'user.mfa.factor.verify': 'desk.event_verify',
  'user.mfa.factor.challenge': 'desk.event_factor_challenge',
  'user.mfa.factor.resend': 'desk.event_resend',
  'user.mfa.factor.send_link': 'desk.event_send_link',
  'user.mfa.factor.cancel': 'desk.event_cancel',
  'user.mfa.factor.rename': 'desk.event_rename',
  'user.authentication.proof': 'desk.event_proof',
  'user.session.start': 'desk.event_session_start',
  'user.session.end': 'desk.event_session_end',
  'user.session.end_others': 'desk.event_session_end_others',
  'user.session.refused': 'desk.event_session_refused',
  'user.account.freeze': 'desk.event_freeze',
  'user.account.unfreeze': 'desk.event_unfreeze',
  'helpdesk.person.search': 'desk.event_search',
  'helpdesk.person.view': 'desk.event_view',
  'helpdesk.caller.challenge': 'desk.event_challenge',
  'helpdesk.caller.verify': 'desk.event_caller_verify',
  'helpdesk.approval.request': 'desk.event_approval_request',
  'helpdesk.approval.approve': 'desk.event_approve',
  'helpdesk.approval.deny': 'desk.event_deny',
  'helpdesk.approval.code': 'desk.event_code',
  'helpdesk.approval.withdraw': 'desk.event_approval_withdraw',
  'helpdesk.caller.withdraw': 'desk.event_caller_withdraw',
  'helpdesk.audit.export': 'desk.event_export',
  'helpdesk.notice': 'desk.event_notice',
  'helpdesk.refused': 'desk.event_refused',
  'access.refused': 'desk.event_refused',
} as const satisfies Record<string, WordsId>;

export const isDeskEvent = (event: string): event is keyof typeof deskEvents => Object.hasOwn(deskEvents, event);
