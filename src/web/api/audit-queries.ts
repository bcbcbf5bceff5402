import { helpdeskQuery } from './helpdesk-queries.ts';

/** A separate module, so that agents' pages do not load this code. */
export const auditQueries = {
  access: () => helpdeskQuery(['helpdesk', 'audit-access'], 'getAuditAccess', {}),
};
