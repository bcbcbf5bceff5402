/** The prefix of the actor of a command on the server; no user id begins with it. */
export const OPERATOR = 'operator:';

export type { AuditEvent } from '#contract/audit-log/audit-events.ts';
