/** What portals do with a table. They only add to the audit log, and read which migrations were applied. */
export function neededRights(table: string): readonly string[] {
  if (table.startsWith('kysely_')) return ['SELECT'];
  return table === 'audit_log' ? ['SELECT', 'INSERT'] : ['SELECT', 'INSERT', 'UPDATE', 'DELETE'];
}
