/** Portals only add to the audit log, and only read the list of migrations. */
export function neededRights(table: string): readonly string[] {
  if (table.startsWith('kysely_')) return ['SELECT'];
  return table === 'audit_log' ? ['SELECT', 'INSERT'] : ['SELECT', 'INSERT', 'UPDATE', 'DELETE'];
}
