import { SelectQueryNode, type Compilable, type CompiledQuery, type Kysely } from 'kysely';
import { NodeSqliteAdapter } from './dialect.ts';

/** A placeholder for a value that each run of the query supplies. */
class Place<Name> {
  readonly name: Name;
  constructor(name: Name) {
    this.name = name;
  }
}

export type Value<Values> = <Name extends keyof Values>(name: Name) => Values[Name];

/**
 * Compiles a query only once, because compiling takes several times as long as a short statement. Never use it in a
 * transaction. `value('name')` stands for a value that each run supplies.
 */
export function prepare<Values extends Record<string, string | number>, Row>(
  // oxlint-disable-next-line typescript/no-explicit-any -- works with any tables
  db: Kysely<any>,
  build: (value: Value<Values>) => Compilable<Row>,
): (values: Values) => Promise<Row[]> {
  let compiled: CompiledQuery<Row> | null = null;
  const { adapter } = db.getExecutor();
  const isSqlite = adapter instanceof NodeSqliteAdapter;

  return async (values) => {
    compiled ??= build((name) => new Place(name) as never).compile();
    const parameters = compiled.parameters.map((given) =>
      given instanceof Place ? values[given.name as string] : given,
    );
    const rows = isSqlite && SelectQueryNode.is(compiled.query) ? adapter.readNow(compiled.sql, parameters) : undefined;
    if (rows !== undefined) return rows as Row[];
    return (await db.executeQuery<Row>({ ...compiled, parameters })).rows;
  };
}
