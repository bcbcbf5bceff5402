import { emptyPost, create, file, get, post, type Endpoint } from './endpoint.ts';
import * as searchReplies from './helpdesk-search-replies.ts';
import * as replies from './helpdesk-replies.ts';
import * as schemas from './helpdesk-schemas.ts';

/**
 * The helpdesk's endpoints, and those with which people answer the helpdesk. Separate from the other endpoints, because
 * the first page of most people does not need them. The browser imports their routes from `virtual:endpoints/helpdesk`.
 */
export const helpdeskEndpoints = {
  /** What the staff member's own methods lack for the helpdesk's step-up, and how many operations they have left. */
  getOwnStepUp: get('/api/helpdesk/step-up', replies.ownStepUp),
  searchPeople: get('/api/helpdesk/people', searchReplies.peopleFound, { query: schemas.searchQuery }),
  getPerson: get('/api/helpdesk/people/{userId}', replies.helpdeskPerson, { query: schemas.personQuery }),
  /** Whether an open page's person has changed. `token` is `watch.token` of `getPerson`. */
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
  /** What an operation would do, and what the agent's request for it still lacks. Changes nothing. */
  planOperation: post('/api/helpdesk/people/{userId}/plan', replies.operationPlan, {
    body: schemas.planBody,
    polls: true,
  }),
  resetMethods: post('/api/helpdesk/people/{userId}/resets', replies.resetAnswer, { body: schemas.resetBody }),
  unfreeze: post('/api/helpdesk/people/{userId}/unfreeze', replies.resetAnswer, { body: schemas.unfreezeBody }),
  unlock: post('/api/helpdesk/people/{userId}/unlock', replies.resetAnswer, { body: schemas.unlockBody }),
  /** Immediately cancels the enrollments at Okta that a reset or freeze could not yet cancel. */
  cancelEnrollments: post('/api/helpdesk/people/{userId}/enrollments/cancel', replies.enrollmentsCancelled),
  /** Reports a suspicious call in this person's name, which becomes a sign of attack. */
  reportCall: create('/api/helpdesk/people/{userId}/reports', replies.callReported, { body: schemas.reportBody }),
  listApprovals: get('/api/helpdesk/approvals', replies.approvalList),
  /** The staff member's own requests for approval, with their outcomes. */
  listRequests: get('/api/helpdesk/requests', replies.requestList),
  decideApproval: post('/api/helpdesk/approvals/{id}/decision', replies.approval, { body: schemas.decisionBody }),
  /** Reveals the recovery code once to the approver, who hands it over in person. */
  revealRecoveryCode: post('/api/helpdesk/approvals/{id}/recovery-code', replies.recoveryCode),
  /** Which part of the log this staff member may read, and the step-up that reading requires. */
  getAuditAccess: get('/api/helpdesk/audit-log/access', searchReplies.auditAccess),
  listAuditLog: get('/api/helpdesk/audit-log', searchReplies.auditLines, { query: schemas.auditQuery }),
  exportAuditLogJsonLines: file('/api/helpdesk/audit-log.jsonl', {
    answer: 'stream',
    type: 'application/jsonl; charset=utf-8',
    file: 'audit-log.jsonl',
    query: schemas.auditExportQuery,
  }),
  listCallerVerifications: get('/api/caller-verifications', searchReplies.callerVerificationList),
  answerCallerVerification: post('/api/caller-verifications/{id}/answer', searchReplies.callerVerificationAnswered, {
    body: schemas.callerVerificationAnswerBody,
  }),
  getSecurityHistory: get('/api/security-history', searchReplies.securityHistory),
  /** "This wasn't me": ends all sessions of the person and freezes changes until the helpdesk unfreezes them. */
  freezeMyself: emptyPost('/api/freeze', { body: schemas.freezeBody }),
} satisfies Record<string, Endpoint>;
