import type { Endpoint } from './endpoint.ts';
import * as replies from './helpdesk-replies.ts';
import * as schemas from './helpdesk-schemas.ts';

/**
 * The helpdesk's endpoints, and those of people who answer the helpdesk. Separate from the others, so that the first
 * page of most people does not contain them. The browser imports their routes from `virtual:endpoints/helpdesk`.
 */
export const helpdeskEndpoints = {
  searchPeople: {
    method: 'GET',
    path: '/api/helpdesk/people',
    status: 200,
    answer: 'json',
    query: schemas.searchQuery,
    reply: replies.peopleFound,
  },
  getPerson: {
    method: 'GET',
    path: '/api/helpdesk/people/{userId}',
    status: 200,
    answer: 'json',
    params: schemas.personParams,
    reply: replies.helpdeskPerson,
  },
  startCallerVerification: {
    method: 'POST',
    path: '/api/helpdesk/people/{userId}/caller-verifications',
    status: 201,
    answer: 'json',
    params: schemas.personParams,
    body: schemas.callerVerificationBody,
    reply: replies.callerVerification,
  },
  pollCallerVerification: {
    method: 'POST',
    path: '/api/helpdesk/people/{userId}/caller-verifications/{id}/poll',
    status: 200,
    answer: 'json',
    params: schemas.callerVerificationParams,
    reply: replies.callerVerification,
    polls: true,
  },
  checkCallerCode: {
    method: 'POST',
    path: '/api/helpdesk/people/{userId}/caller-verifications/{id}/code',
    status: 200,
    answer: 'json',
    params: schemas.callerVerificationParams,
    body: schemas.callerCodeBody,
    reply: replies.callerVerification,
  },
  resetMethods: {
    method: 'POST',
    path: '/api/helpdesk/people/{userId}/resets',
    status: 200,
    answer: 'json',
    params: schemas.personParams,
    body: schemas.resetBody,
    reply: replies.resetAnswer,
  },
  unfreeze: {
    method: 'POST',
    path: '/api/helpdesk/people/{userId}/unfreeze',
    status: 200,
    answer: 'json',
    params: schemas.personParams,
    body: schemas.unfreezeBody,
    reply: replies.resetAnswer,
  },
  /** All approvals for an approver. For an agent, those that she requested, so that she sees their outcome. */
  listApprovals: {
    method: 'GET',
    path: '/api/helpdesk/approvals',
    status: 200,
    answer: 'json',
    reply: replies.approvalList,
  },
  decideApproval: {
    method: 'POST',
    path: '/api/helpdesk/approvals/{id}/decision',
    status: 200,
    answer: 'json',
    params: schemas.approvalParams,
    body: schemas.decisionBody,
    reply: replies.approval,
  },
  /** The recovery code. The approver sees it once and hands it over in person. */
  revealRecoveryCode: {
    method: 'POST',
    path: '/api/helpdesk/approvals/{id}/recovery-code',
    status: 200,
    answer: 'json',
    params: schemas.approvalParams,
    reply: replies.recoveryCode,
  },
  listAuditLog: {
    method: 'GET',
    path: '/api/helpdesk/audit-log',
    status: 200,
    answer: 'json',
    query: schemas.auditQuery,
    reply: replies.auditPage,
  },
  exportAuditLogCsv: {
    method: 'GET',
    path: '/api/helpdesk/audit-log.csv',
    status: 200,
    answer: 'stream',
    type: 'text/csv; charset=utf-8',
    file: 'audit-log.csv',
    query: schemas.auditQuery,
  },
  exportAuditLogJsonLines: {
    method: 'GET',
    path: '/api/helpdesk/audit-log.jsonl',
    status: 200,
    answer: 'stream',
    type: 'application/jsonl; charset=utf-8',
    file: 'audit-log.jsonl',
    query: schemas.auditQuery,
  },
  listCallerVerifications: {
    method: 'GET',
    path: '/api/caller-verifications',
    status: 200,
    answer: 'json',
    reply: replies.callerVerificationList,
  },
  answerCallerVerification: {
    method: 'POST',
    path: '/api/caller-verifications/{id}/answer',
    status: 200,
    answer: 'json',
    params: schemas.ownCallerVerificationParams,
    body: schemas.callerVerificationAnswerBody,
    reply: replies.callerVerificationAnswered,
  },
  getSecurityHistory: {
    method: 'GET',
    path: '/api/security-history',
    status: 200,
    answer: 'json',
    reply: replies.securityHistory,
  },
  /** "This wasn't me": ends all sessions of the person and freezes changes until the helpdesk unfreezes. */
  freezeMyself: { method: 'POST', path: '/api/freeze', status: 204, answer: 'none' },
} as const satisfies Record<string, Endpoint>;
