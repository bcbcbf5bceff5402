import { helpdeskQuery } from './helpdesk-queries.ts';

/** A module of its own, so that an agent's pages do not load it. */
export const auditQueries = {
  /** What of the log this staff member reads, and the step-up that it takes. */
  access: () => helpdeskQuery(['helpdesk', 'audit-access'], 'getAuditAccess', {}),
};
