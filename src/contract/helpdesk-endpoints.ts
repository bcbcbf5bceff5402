import type { Endpoint } from './endpoint.ts';
import * as replies from './helpdesk-replies.ts';
import * as schemas from './helpdesk-schemas.ts';

/**
 * What the helpdesk asks, and what people are asked because of it. They stand apart from the other endpoints so that an
 * ordinary person's first page does not carry them: the browser has their routes by `virtual:endpoints/helpdesk`.
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
  /** An approver's: all. An agent's: those she asked for, so that she sees what became of them. */
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
  /** The recovery code, shown to the approver once, to be handed over in person. */
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
