import { helpdeskQuery } from './helpdesk-queries.ts';

/** A separate module: an agent's pages do not load this code. */
export const auditQueries = {
  /** Which entries of the log this staff member may read, and the step-up that reading requires. */
  access: () => helpdeskQuery(['helpdesk', 'audit-access'], 'getAuditAccess', {}),
};
