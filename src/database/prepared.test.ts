import {
  DummyDriver,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  sql,
  type CompiledQuery,
} from 'kysely';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { openSqlite } from './open.ts';
import { prepare, type Value } from './prepared.ts';

type Tables = { notes: { id: number; owner: string; text: string } };

let db: Kysely<Tables>;
beforeAll(async () => {
  db = await openSqlite<Tables>({
    file: ':memory:',
    migrations: {
      '1': {
        async up(tx) {
          await sql`CREATE TABLE notes (id INTEGER PRIMARY KEY, owner TEXT NOT NULL, text TEXT NOT NULL)`.execute(tx);
        },
      },
    },
  });
});
afterAll(() => db.destroy());
beforeEach(async () => {
  await db.deleteFrom('notes').execute();
  const rows = ['a', 'b', 'a'].map((owner, index) => ({ id: index + 1, owner, text: `note ${index + 1}` }));
  await db.insertInto('notes').values(rows).execute();
});

const byOwner = (on: Kysely<Tables>) =>
  prepare(on, (value: Value<{ owner: string; most: number }>) =>
    on
      .selectFrom('notes')
      .select(['id', 'text'])
      .where('owner', '=', value('owner'))
      .where('id', '<=', value('most'))
      .where('text', '!=', 'secret')
      .where((eb) => eb.or([eb('owner', '=', value('owner')), eb('id', '=', 99)])),
  );

it('prepare › fills each place with the values of the run, wherever it is, and keeps other values', async () => {
  const find = byOwner(db);
  expect(await find({ owner: 'a', most: 2 })).toEqual([{ id: 1, text: 'note 1' }]);
  expect(await find({ owner: 'a', most: 9 })).toHaveLength(2);
  await db.updateTable('notes').set({ text: 'secret' }).where('id', '=', 1).execute();
  expect(await find({ owner: 'a', most: 9 })).toEqual([{ id: 3, text: 'note 3' }]);
  expect(await find({ owner: 'nobody', most: 9 })).toEqual([]);
});

it('prepare › builds the query once', async () => {
  let built = 0;
  const find = prepare(db, (value: Value<{ id: number }>) => {
    built += 1;
    return db.selectFrom('notes').select('text').where('id', '=', value('id'));
  });
  expect(built).toBe(0);
  for (const id of [1, 2, 3]) expect(await find({ id })).toEqual([{ text: `note ${id}` }]);
  expect(built).toBe(1);
});

it('prepare › writes, too', async () => {
  const rename = prepare(db, (value: Value<{ id: number; text: string }>) =>
    db
      .updateTable('notes')
      .set({ text: value('text') })
      .where('id', '=', value('id'))
      .returning('id'),
  );
  expect(await rename({ id: 2, text: 'new' })).toEqual([{ id: 2 }]);
  expect(await db.selectFrom('notes').select('text').where('id', '=', 2).execute()).toEqual([{ text: 'new' }]);
});

it('prepare › sees nothing of a transaction that is open, and waits for its end', async () => {
  const find = byOwner(db);
  await find({ owner: 'a', most: 9 });
  for (const end of ['commit', 'rollback'] as const) {
    let reading: Promise<{ id: number }[]> | null = null;
    const id = end === 'commit' ? 10 : 11;
    await db
      .transaction()
      .execute(async (tx) => {
        await tx.insertInto('notes').values({ id, owner: 'a', text: 'unsure' }).execute();
        reading = find({ owner: 'a', most: 99 });
        await tx.selectFrom('notes').selectAll().execute();
        if (end === 'rollback') throw new Error('no');
      })
      .catch(() => {});
    expect((await reading!).map((row) => row.id)).toEqual([1, 3, 10]);
  }
});

it('prepare › rejects when the statement fails', async () => {
  const find = prepare(db, (value: Value<{ id: number }>) =>
    db
      .selectFrom('notes')
      .select(sql<number>`json(text)`.as('json'))
      .where('id', '=', value('id')),
  );
  await expect(find({ id: 1 })).rejects.toMatchObject({ code: 'ERR_SQLITE_ERROR' });
});

it('prepare › compiles for another database in its own words', async () => {
  const sent: CompiledQuery[] = [];
  class Recording extends DummyDriver {
    override async acquireConnection() {
      return {
        executeQuery: async (query: CompiledQuery) => (sent.push(query), { rows: [{ id: 7, text: 'x' }] as never[] }),
        async *streamQuery() {},
      };
    }
  }
  const postgres = new Kysely<Tables>({
    dialect: {
      createAdapter: () => new PostgresAdapter(),
      createDriver: () => new Recording(),
      createIntrospector: (other) => new PostgresIntrospector(other),
      createQueryCompiler: () => new PostgresQueryCompiler(),
    },
  });
  const find = byOwner(postgres);
  expect(await find({ owner: 'a', most: 2 })).toEqual([{ id: 7, text: 'x' }]);
  await find({ owner: 'b', most: 3 });
  expect(sent.map(({ parameters }) => parameters)).toEqual([
    ['a', 2, 'secret', 'a', 99],
    ['b', 3, 'secret', 'b', 99],
  ]);
  expect(sent[0]!.sql).toContain('"owner" = $1 and "id" <= $2 and "text" != $3');
});
