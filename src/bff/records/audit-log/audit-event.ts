/** The reason of a removal that is part of a replacement. */
export const REPLACED = 'replaced';

/** The reason of the removal of an enrollment that was not finished, and of what it ended. */
export const CANCELLED = 'cancelled';

/** The reason of an unfinished enrollment's end where the person began it anew. */
export const BEGUN_ANEW = 'begun anew';

/** The prefix of the actor of a command on the server; no user id begins with it. */
export const OPERATOR = 'operator:';

export type { AuditEvent } from '#contract/audit-log/audit-events.ts';
