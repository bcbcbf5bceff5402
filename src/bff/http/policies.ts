import type { EndpointName } from '#contract/endpoints.ts';
import type { AuditEvent } from '../audit-log/audit-log.ts';

export type EndpointPolicy = {
  /**
   * Who may: anybody, somebody signed in, or of those an agent, an approver (admin) or either (staff), where there is a
   * helpdesk at all.
   */
  who: 'anyone' | 'signed-in' | 'agent' | 'admin' | 'staff';
  /**
   * Judged before the handler: `enroll` and `remove` spend a proof for what the request names, `sessions` asks for a
   * recent one.
   */
  stepUp: 'enroll' | 'remove' | 'sessions' | null;
  /**
   * What the audit log calls it; a change without a name does not start. Null only for what changes nothing, and shows
   * nobody else.
   */
  event: AuditEvent | null;
  limit: 'read' | 'change' | 'code' | 'sign-in';
  /** Changes run one at a time for each person, after asking the org whether they may still come in. */
  change: boolean;
  /** Whether a request keeps the session alive. */
  activity: boolean;
  /** Its calls to the org end when the browser leaves, as those of a GET do: nobody else waits for them. */
  forOneBrowser?: true;
  /** Its calls to the org come out of the share that all searches have together. */
  search?: true;
  /**
   * May be sent again within 30 s by its `Idempotency-Key`: whatever became of it (`always`), or only what renewed the
   * session, since asking otherwise asks anew (`renewing`).
   */
  repeats?: 'always' | 'renewing';
  /** Refused while somebody's changes are frozen. (What the helpdesk does to a person asks for itself.) */
  freezable?: boolean;
};

const read: EndpointPolicy = {
  who: 'signed-in',
  stepUp: null,
  event: null,
  limit: 'read',
  change: false,
  activity: true,
};
const change = (event: AuditEvent, over: Partial<EndpointPolicy> = {}): EndpointPolicy => ({
  ...read,
  event,
  limit: 'change',
  change: true,
  ...over,
});

/** The guards of every endpoint. A route that is not here does not start. */
export const policies: Record<EndpointName, EndpointPolicy> = {
  getHome: read,
  listFactors: read,
  listSupportedFactors: read,
  getFactor: read,
  enrollFactor: change('user.mfa.factor.enroll', { freezable: true, stepUp: 'enroll' }),
  activateFactor: change('user.mfa.factor.activate', { freezable: true, limit: 'code' }),
  listSecurityQuestions: read,
  resendFactor: change('user.mfa.factor.resend', { freezable: true, limit: 'code' }),
  // Asks how an enrollment stands, by a timer; the handler records the moment it is on.
  pollActivation: { ...read, activity: false },
  getActivationQr: { ...read, activity: false },
  sendActivationLink: change('user.mfa.factor.send_link', { freezable: true, limit: 'code' }),
  verifyFactor: change('user.mfa.factor.verify', { limit: 'code', repeats: 'always' }),
  // So does this; its handler records how the push ended.
  pollTransaction: { ...read, activity: false, forOneBrowser: true, repeats: 'renewing' },
  cancelTransaction: change('user.mfa.factor.cancel'),
  nameFactor: change('user.mfa.factor.rename', { freezable: true }),
  deleteFactor: change('user.mfa.factor.deactivate', { freezable: true, stepUp: 'remove' }),
  getSession: { ...read, activity: false },
  listSessions: read,
  endSession: change('user.session.end', { stepUp: 'sessions' }),
  endOtherSessions: change('user.session.end_others', { stepUp: 'sessions' }),
  // The helpdesk's. Whom each agent may do what to is judged by its own table (`helpdesk/policy.ts`).
  searchPeople: { ...read, who: 'staff', event: 'helpdesk.person.search', search: true },
  getPerson: { ...read, who: 'staff', event: 'helpdesk.person.view' },
  startCallerVerification: change('helpdesk.caller_verification.start', { who: 'staff', limit: 'code' }),
  // Asked by a timer; the handler records how a push ended.
  pollCallerVerification: { ...read, who: 'staff', activity: false, forOneBrowser: true },
  checkCallerCode: change('helpdesk.caller_verification.verify', { who: 'staff', limit: 'code' }),
  resetMethods: change('user.mfa.factor.reset', { who: 'agent' }),
  unfreeze: change('user.account.unfreeze', { who: 'staff' }),
  listApprovals: { ...read, who: 'staff' },
  decideApproval: change('helpdesk.approval.approve', { who: 'admin' }),
  revealRecoveryCode: change('helpdesk.recovery_code.reveal', { who: 'admin' }),
  listAuditLog: { ...read, who: 'staff' },
  exportAuditLogCsv: { ...read, who: 'admin' },
  exportAuditLogJsonLines: { ...read, who: 'admin' },
  // What the helpdesk asks a person, and what a person sees of it.
  listCallerVerifications: { ...read, activity: false },
  answerCallerVerification: change('helpdesk.caller_verification.verify', { limit: 'code' }),
  getSecurityHistory: read,
  freezeMyself: change('user.account.freeze'),
};

/**
 * Requests a minute of one person with a valid session, over all their sessions. Without one, `networkLimits` holds.
 */
export const limits: Record<EndpointPolicy['limit'] | 'page', number> = {
  read: 600,
  change: 120,
  code: 60,
  'sign-in': 120,
  page: 120,
};
