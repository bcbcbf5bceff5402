import { emptyPost, create, file, get, post, type Endpoint } from './endpoint.ts';
import * as searchReplies from './helpdesk-search-replies.ts';
import * as replies from './helpdesk-replies.ts';
import * as schemas from './helpdesk-schemas.ts';

/** Separate from `endpoints`, because the first page of most people needs none of these. */
export const helpdeskEndpoints = {
  getOwnStepUp: get('/api/helpdesk/step-up', replies.ownStepUp),
  searchPeople: get('/api/helpdesk/people', searchReplies.peopleFound, { query: schemas.searchQuery }),
  getPerson: get('/api/helpdesk/people/{userId}', replies.helpdeskPerson, { query: schemas.personQuery }),
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
  /** Changes nothing. Tells what the operation would do, and what its request lacks. */
  planOperation: post('/api/helpdesk/people/{userId}/plan', replies.operationPlan, {
    body: schemas.planBody,
    polls: true,
  }),
  resetMethods: post('/api/helpdesk/people/{userId}/resets', replies.resetAnswer, { body: schemas.resetBody }),
  unfreeze: post('/api/helpdesk/people/{userId}/unfreeze', replies.resetAnswer, { body: schemas.unfreezeBody }),
  unlock: post('/api/helpdesk/people/{userId}/unlock', replies.resetAnswer, { body: schemas.unlockBody }),
  /** Cancels the enrollments at Okta that a reset or freeze could not cancel. */
  cancelEnrollments: post('/api/helpdesk/people/{userId}/enrollments/cancel', replies.enrollmentsCancelled),
  /** The report becomes a sign of attack. */
  reportCall: create('/api/helpdesk/people/{userId}/reports', replies.callReported, { body: schemas.reportBody }),
  listApprovals: get('/api/helpdesk/approvals', replies.approvalList),
  /** Only the staff member's own requests. */
  listRequests: get('/api/helpdesk/requests', replies.requestList),
  decideApproval: post('/api/helpdesk/approvals/{id}/decision', replies.approval, { body: schemas.decisionBody }),
  /** Works once, for the approver, who hands the code over in person. */
  revealRecoveryCode: post('/api/helpdesk/approvals/{id}/recovery-code', replies.recoveryCode),
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
  /** Also ends all sessions of the person. */
  freezeMyself: emptyPost('/api/freeze', { body: schemas.freezeBody }),
} satisfies Record<string, Endpoint>;
