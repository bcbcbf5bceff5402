import { emptyPost, create, file, get, post, type Endpoint } from './endpoint.ts';
import * as auditReplies from './audit-log/audit-replies.ts';
import * as replies from './helpdesk-replies.ts';
import { peopleFound } from './helpdesk-search-replies.ts';
import * as schemas from './helpdesk-schemas.ts';

/**
 * The helpdesk's endpoints, and those of people who answer the helpdesk. Separate from the others, so that the first
 * page of most people does not contain them. The browser imports their routes from `virtual:endpoints/helpdesk`.
 */
export const helpdeskEndpoints = {
  /** What the staff member lacks for the step-up before each of her operations, and how many are left to her. */
  getOwnStepUp: get('/api/helpdesk/step-up', replies.ownStepUp),
  searchPeople: get('/api/helpdesk/people', peopleFound, { query: schemas.searchQuery }),
  getPerson: get('/api/helpdesk/people/{userId}', replies.helpdeskPerson, { query: schemas.personQuery }),
  /** Whether there is something new about a person whose page is open; `token` is `watch.token` of `getPerson`. */
  watchPerson: get('/api/helpdesk/people/{userId}/state', replies.personState, { query: schemas.watchQuery }),
  startCallerVerification: create('/api/helpdesk/people/{userId}/caller-verifications', replies.callerVerification, {
    body: schemas.callerVerificationBody,
  }),
  pollCallerVerification: post(
    '/api/helpdesk/people/{userId}/caller-verifications/{id}/poll',
    replies.callerVerification,
    { polls: true },
  ),
  checkCallerCode: post('/api/helpdesk/people/{userId}/caller-verifications/{id}/code', replies.callerVerification, {
    body: schemas.callerCodeBody,
  }),
  /** What an operation would do, and what its request lacks. It changes nothing. */
  planOperation: post('/api/helpdesk/people/{userId}/plan', replies.operationPlan, {
    body: schemas.planBody,
    polls: true,
  }),
  resetMethods: post('/api/helpdesk/people/{userId}/resets', replies.resetAnswer, { body: schemas.resetBody }),
  unfreeze: post('/api/helpdesk/people/{userId}/unfreeze', replies.resetAnswer, { body: schemas.unfreezeBody }),
  unlock: post('/api/helpdesk/people/{userId}/unlock', replies.resetAnswer, { body: schemas.unlockBody }),
  /** Cancels at Okta at once what a reset or freeze must cancel there. */
  cancelEnrollments: post('/api/helpdesk/people/{userId}/enrollments/cancel', replies.enrollmentsCancelled),
  /** Reports an odd call in this person's name: a sign of attack. */
  reportCall: create('/api/helpdesk/people/{userId}/reports', replies.callReported, { body: schemas.reportBody }),
  listApprovals: get('/api/helpdesk/approvals', replies.approvalList),
  /** The staff member's own requests for approval, so that she hears of their outcome. */
  listRequests: get('/api/helpdesk/requests', replies.requestList),
  decideApproval: post('/api/helpdesk/approvals/{id}/decision', replies.approval, { body: schemas.decisionBody }),
  /** The recovery code. The approver sees it once and hands it over in person. */
  revealRecoveryCode: post('/api/helpdesk/approvals/{id}/recovery-code', replies.recoveryCode),
  /** What of the log this staff member reads, and the step-up that it takes. */
  getAuditAccess: get('/api/helpdesk/audit-log/access', auditReplies.auditAccess),
  listAuditLog: get('/api/helpdesk/audit-log', auditReplies.auditLines, { query: schemas.auditQuery }),
  exportAuditLogJsonLines: file('/api/helpdesk/audit-log.jsonl', {
    answer: 'stream',
    type: 'application/jsonl; charset=utf-8',
    file: 'audit-log.jsonl',
    query: schemas.auditExportQuery,
  }),
  listCallerVerifications: get('/api/caller-verifications', auditReplies.callerVerificationList),
  answerCallerVerification: post('/api/caller-verifications/{id}/answer', auditReplies.callerVerificationAnswered, {
    body: schemas.callerVerificationAnswerBody,
  }),
  getSecurityHistory: get('/api/security-history', auditReplies.securityHistory),
  /** "This wasn't me": ends all sessions of the person and freezes changes until the helpdesk unfreezes. */
  freezeMyself: emptyPost('/api/freeze', { body: schemas.freezeBody }),
} satisfies Record<string, Endpoint>;
