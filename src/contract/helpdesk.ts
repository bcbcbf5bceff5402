import type * as replies from './helpdesk-replies.ts';
import type * as schemas from './helpdesk-schemas.ts';
import { endpoint } from './endpoint.ts';
import type { In, Out } from './endpoint.ts';

export type PersonFound = Out<typeof replies.peopleFound>['people'][number];
export type DeskPerson = Out<typeof replies.deskPerson>;
export type CallerProof = Out<typeof replies.callerProof>;
export type CallerProofBody = In<typeof schemas.callerProofBody>;
export type ResetBody = In<typeof schemas.resetBody>;
export type UnfreezeBody = In<typeof schemas.unfreezeBody>;
export type ResetAnswer = Out<typeof replies.resetAnswer>;
export type Approval = Out<typeof replies.approval>;
export type DeskRequest = Out<typeof replies.deskRequestList>['requests'][number];
export type HistoryEntry = Out<typeof replies.history>['entries'][number];
export type AuditEntry = Out<typeof replies.auditPage>['entries'][number];

/**
 * What the helpdesk asks, and what people are asked because of it. They stand apart from the other endpoints so that an
 * ordinary person's first page does not carry them.
 */
export const deskEndpoints = {
  searchPeople: endpoint<undefined, Out<typeof replies.peopleFound>>()('GET', '/api/helpdesk/people'),
  getPerson: endpoint<undefined, DeskPerson>()('GET', '/api/helpdesk/people/{userId}'),
  beginCallerProof: endpoint<CallerProofBody, CallerProof>()('POST', '/api/helpdesk/people/{userId}/caller-proofs'),
  pollCallerProof: endpoint<undefined, CallerProof>()('POST', '/api/helpdesk/people/{userId}/caller-proofs/{id}/poll', {
    polls: true,
  }),
  answerCallerProof: endpoint<In<typeof schemas.callerAnswerBody>, CallerProof>()(
    'POST',
    '/api/helpdesk/people/{userId}/caller-proofs/{id}/answer',
  ),
  resetMethods: endpoint<ResetBody, ResetAnswer>()('POST', '/api/helpdesk/people/{userId}/resets'),
  unfreeze: endpoint<UnfreezeBody, ResetAnswer>()('POST', '/api/helpdesk/people/{userId}/unfreeze'),
  /** An approver's: all. An agent's: those she asked for, so that she sees what became of them. */
  listApprovals: endpoint<undefined, Out<typeof replies.approvalList>>()('GET', '/api/helpdesk/approvals'),
  decideApproval: endpoint<In<typeof schemas.decisionBody>, Approval>()(
    'POST',
    '/api/helpdesk/approvals/{id}/decision',
  ),
  /** The way back, shown to the approver once, to be handed over in person. */
  showWayBack: endpoint<undefined, Out<typeof replies.wayBack>>()('POST', '/api/helpdesk/approvals/{id}/code'),
  listAudit: endpoint<undefined, Out<typeof replies.auditPage>>()('GET', '/api/helpdesk/audit'),
  /** Streams; each line is a record. */
  exportAuditCsv: endpoint<undefined, AsyncIterable<string>>()('GET', '/api/helpdesk/audit.csv'),
  exportAuditJsonLines: endpoint<undefined, AsyncIterable<string>>()('GET', '/api/helpdesk/audit.jsonl'),
  listDeskRequests: endpoint<undefined, Out<typeof replies.deskRequestList>>()('GET', '/api/desk-requests'),
  answerDeskRequest: endpoint<In<typeof schemas.deskAnswerBody>, Out<typeof replies.deskAnswered>>()(
    'POST',
    '/api/desk-requests/{id}/answer',
  ),
  getHistory: endpoint<undefined, Out<typeof replies.history>>()('GET', '/api/history'),
  /** "This wasn't me": ends all sessions of the person and freezes changes until the helpdesk unfreezes. */
  freezeMyself: endpoint<undefined, undefined>()('POST', '/api/freeze'),
} as const;

export type DeskEndpoints = typeof deskEndpoints;
export type DeskEndpointName = keyof DeskEndpoints;
