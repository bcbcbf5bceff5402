import { StatementSync } from 'node:sqlite';
import pg from 'pg';
import type { Kysely } from 'kysely';

type Methods = Record<string, (this: { sourceSQL: string }, ...given: unknown[]) => unknown>;
const getQueryText = (query: unknown) => (typeof query === 'string' ? query : (query as { text: string }).text);

function observe(prototype: object, name: string, see: (receiver: { sourceSQL: string }, given: unknown[]) => void) {
  const methods = prototype as Methods;
  const real = methods[name]!;
  methods[name] = function observed(...given) {
    see(this, given);
    return real.apply(this, given);
  };
  return () => void (methods[name] = real);
}

/** Includes only statements that name a table of this store or take an advisory lock (`pg_advisory…`). */
export async function recordStatements(store: Kysely<never>, work: () => Promise<unknown>): Promise<string[]> {
  const tables = (await store.introspection.getTables()).map(({ name }) => name);
  const isOurs = new RegExp(`"(?:${tables.join('|')})"|pg_advisory`, 'i');
  const sent: string[] = [];
  const see = (text: string) => void (isOurs.test(text) && sent.push(text));
  const undo = [
    ...['run', 'all', 'iterate'].map((name) =>
      observe(StatementSync.prototype, name, ({ sourceSQL }) => see(sourceSQL)),
    ),
    observe(pg.Client.prototype, 'query', (_, [query]) => see(getQueryText(query))),
  ];
  try {
    await work();
    return [...sent];
  } finally {
    for (const one of undo) one();
  }
}
