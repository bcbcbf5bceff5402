import { sql } from 'kysely';
import { changeStore } from '#bff/platform/store/change-store.ts';
import type { Store } from '#bff/platform/store/open.ts';
import { neededRights } from './portal-rights.ts';

export class PrepareRefusal extends Error {
  override readonly name = 'PrepareRefusal';
}

/** Takes no lock that portals wait for. Returns the number of tables. */
export async function grantToPortals(store: Store, role: string): Promise<number> {
  return changeStore(store, async (tx) => {
    const { rows: names } = await sql<{ owner: string; schema: string; isKnown: boolean }>`
      SELECT current_user AS owner, current_schema() AS schema,
        EXISTS (SELECT 1 FROM pg_roles WHERE rolname = ${role}) AS "isKnown"`.execute(tx);
    const { owner, schema, isKnown } = names[0]!;
    if (owner === role)
      throw new PrepareRefusal(
        `${role} is the role in DATABASE_URL: name the tables' owner there, and the portals' role here`,
      );
    if (!isKnown) throw new PrepareRefusal(`there is no role ${role}: CREATE ROLE ${role} LOGIN PASSWORD '…'`);
    const { rows: tables } = await sql<{ name: string; isOwn: boolean }>`
      SELECT relname AS name, pg_has_role(relowner, 'USAGE') AS "isOwn" FROM pg_class
      WHERE relnamespace = current_schema()::regnamespace AND relkind = 'r' ORDER BY 1`.execute(tx);
    const own = tables.filter(({ isOwn }) => isOwn).length;
    if (own < tables.length)
      throw new PrepareRefusal(`${owner} owns ${own} of the ${tables.length} tables: name their owner in DATABASE_URL`);
    await sql`GRANT USAGE ON SCHEMA ${sql.id(schema)} TO ${sql.id(role)}`.execute(tx);
    for (const { name } of tables) {
      const rights = sql.raw(neededRights(name).join(', '));
      await sql`REVOKE ALL ON ${sql.id(name)} FROM ${sql.id(role)}`.execute(tx);
      await sql`GRANT ${rights} ON ${sql.id(name)} TO ${sql.id(role)}`.execute(tx);
    }
    return tables.length;
  });
}
