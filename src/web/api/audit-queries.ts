import { helpdeskQuery } from './helpdesk-queries.ts';

/** A separate module, because an agent's pages do not load this code. */
export const auditQueries = {
  access: () => helpdeskQuery(['helpdesk', 'audit-access'], 'getAuditAccess', {}),
};
