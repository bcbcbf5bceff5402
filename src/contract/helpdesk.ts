import type * as replies from './helpdesk-replies.ts';
import type * as schemas from './helpdesk-schemas.ts';
import { endpoint } from './endpoint.ts';
import type { In, Out } from './endpoint.ts';

export type PersonFound = Out<typeof replies.peopleFound>['people'][number];
export type HelpdeskPerson = Out<typeof replies.helpdeskPerson>;
export type CallerVerification = Out<typeof replies.callerVerification>;
export type CallerVerificationBody = In<typeof schemas.callerVerificationBody>;
export type ResetBody = In<typeof schemas.resetBody>;
export type UnfreezeBody = In<typeof schemas.unfreezeBody>;
export type ResetAnswer = Out<typeof replies.resetAnswer>;
export type Approval = Out<typeof replies.approval>;
export type PendingCallerVerification = Out<typeof replies.callerVerificationList>['requests'][number];
export type SecurityHistoryEntry = Out<typeof replies.securityHistory>['entries'][number];
export type AuditEntry = Out<typeof replies.auditPage>['entries'][number];

/**
 * What the helpdesk asks, and what people are asked because of it. They stand apart from the other endpoints so that an
 * ordinary person's first page does not carry them.
 */
export const helpdeskEndpoints = {
  searchPeople: endpoint<undefined, Out<typeof replies.peopleFound>>()('GET', '/api/helpdesk/people'),
  getPerson: endpoint<undefined, HelpdeskPerson>()('GET', '/api/helpdesk/people/{userId}'),
  startCallerVerification: endpoint<CallerVerificationBody, CallerVerification>()(
    'POST',
    '/api/helpdesk/people/{userId}/caller-verifications',
  ),
  pollCallerVerification: endpoint<undefined, CallerVerification>()(
    'POST',
    '/api/helpdesk/people/{userId}/caller-verifications/{id}/poll',
    {
      polls: true,
    },
  ),
  checkCallerCode: endpoint<In<typeof schemas.callerCodeBody>, CallerVerification>()(
    'POST',
    '/api/helpdesk/people/{userId}/caller-verifications/{id}/code',
  ),
  resetMethods: endpoint<ResetBody, ResetAnswer>()('POST', '/api/helpdesk/people/{userId}/resets'),
  unfreeze: endpoint<UnfreezeBody, ResetAnswer>()('POST', '/api/helpdesk/people/{userId}/unfreeze'),
  /** An approver's: all. An agent's: those she asked for, so that she sees what became of them. */
  listApprovals: endpoint<undefined, Out<typeof replies.approvalList>>()('GET', '/api/helpdesk/approvals'),
  decideApproval: endpoint<In<typeof schemas.decisionBody>, Approval>()(
    'POST',
    '/api/helpdesk/approvals/{id}/decision',
  ),
  /** The recovery code, shown to the approver once, to be handed over in person. */
  revealRecoveryCode: endpoint<undefined, Out<typeof replies.recoveryCode>>()(
    'POST',
    '/api/helpdesk/approvals/{id}/recovery-code',
  ),
  listAuditLog: endpoint<undefined, Out<typeof replies.auditPage>>()('GET', '/api/helpdesk/audit-log'),
  /** Streams; each line is a record. */
  exportAuditLogCsv: endpoint<undefined, AsyncIterable<string>>()('GET', '/api/helpdesk/audit-log.csv'),
  exportAuditLogJsonLines: endpoint<undefined, AsyncIterable<string>>()('GET', '/api/helpdesk/audit-log.jsonl'),
  listCallerVerifications: endpoint<undefined, Out<typeof replies.callerVerificationList>>()(
    'GET',
    '/api/caller-verifications',
  ),
  answerCallerVerification: endpoint<
    In<typeof schemas.callerVerificationAnswerBody>,
    Out<typeof replies.callerVerificationAnswered>
  >()('POST', '/api/caller-verifications/{id}/answer'),
  getSecurityHistory: endpoint<undefined, Out<typeof replies.securityHistory>>()('GET', '/api/security-history'),
  /** "This wasn't me": ends all sessions of the person and freezes changes until the helpdesk unfreezes. */
  freezeMyself: endpoint<undefined, undefined>()('POST', '/api/freeze'),
} as const;

export type HelpdeskEndpoints = typeof helpdeskEndpoints;
export type HelpdeskEndpointName = keyof HelpdeskEndpoints;
