import type { helpdeskEndpoints } from './helpdesk-endpoints.ts';
import type * as auditReplies from './helpdesk-audit-replies.ts';
import type * as replies from './helpdesk-replies.ts';
import type * as schemas from './helpdesk-schemas.ts';
import type { In, Out } from './endpoint.ts';

export type PersonFound = Out<typeof replies.peopleFound>['people'][number];
export type HelpdeskPerson = Out<typeof replies.helpdeskPerson>;
export type CallerVerification = Out<typeof replies.callerVerification>;
export type CallerVerificationBody = In<typeof schemas.callerVerificationBody>;
export type ResetBody = In<typeof schemas.resetBody>;
export type FreezeBody = In<typeof schemas.freezeBody>;
export type UnfreezeBody = In<typeof schemas.unfreezeBody>;
export type UnlockBody = In<typeof schemas.unlockBody>;
export type ResetAnswer = Out<typeof replies.resetAnswer>;
export type AttackSign = HelpdeskPerson['attackSigns'][number];
export type ApprovalEvidence = Out<typeof replies.approvalEvidence>;
export type DecisionBody = Out<typeof schemas.decisionBody>;
export type DenialReason = (typeof schemas.denialReasons)[number];
export type Approval = Out<typeof replies.approval>;
export type PendingCallerVerification = Out<typeof auditReplies.callerVerificationList>['requests'][number];
export type SecurityHistoryEntry = Out<typeof auditReplies.securityHistoryEntry>;
export type AuditEntry = Out<typeof auditReplies.auditEntry>;
export type AuditAccess = Out<typeof auditReplies.auditAccess>;
export type AuditLines = Out<typeof auditReplies.auditLines>;
export type AuditLine = AuditLines['lines'][number];
export type AuditKind = (typeof schemas.auditKinds)[number];

export type HelpdeskEndpointName = keyof typeof helpdeskEndpoints;
