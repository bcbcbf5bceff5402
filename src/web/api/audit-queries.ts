import { helpdeskQuery } from './helpdesk-queries.ts';

/** Queries of other pages than those of a call. A module of its own, so that these do not load them. */

const pending = (background = false) =>
  helpdeskQuery(['caller-verification', 'pending'], 'listCallerVerifications', {}, { staleTime: 0, background });

export const callerVerificationQueries = {
  list: () => pending(),
  /** The same query for a timer, in the background. */
  watched: () => pending(true),
};

export const securityHistoryQueries = {
  list: () => helpdeskQuery(['security-history', 'list'], 'getSecurityHistory', {}),
};

export const auditQueries = {
  /** What of the log this staff member reads, and the step-up that it takes. */
  access: () => helpdeskQuery(['helpdesk', 'audit-access'], 'getAuditAccess', {}),
  /** People whose names begin so, for the audit log's filter. */
  people: (q: string) => helpdeskQuery(['helpdesk', 'audit-people', q], 'findAuditPeople', {}, { query: { q } }),
};
