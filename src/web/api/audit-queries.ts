import { helpdeskQuery } from './helpdesk-queries.ts';

/** A module of its own, so that an agent's pages do not load it. */
export const auditQueries = {
  /** What of the log this staff member reads, and the step-up that it takes. */
  access: () => helpdeskQuery(['helpdesk', 'audit-access'], 'getAuditAccess', {}),
  /** People whose names begin so, for the audit log's filter. */
  people: (q: string) => helpdeskQuery(['helpdesk', 'audit-people', q], 'findAuditPeople', {}, { query: { q } }),
};
