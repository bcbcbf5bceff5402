import { sql } from 'kysely';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ApiError } from '#contract/errors.ts';
import { createClock, type Clock } from '#clock';
import { onServer, openTestStore, testDatabase } from '#testing/store.ts';
import { waitingOn } from '#testing/postgres/interleave.ts';
import { changeStore } from '../../platform/store/change-store.ts';
import type { Store } from '../../platform/store/open.ts';
import { createCodeAttempts, type CodeAttempt, type CodeAttempts } from './code-attempts.ts';

/** Only on PostgreSQL: in SQLite, transactions that write cannot run at the same time. */
const testOnPostgres: (name: string, run: () => Promise<void>) => void = testDatabase === 'postgres' ? test : () => {};

let store: Store;
let clock: Clock;
/** Two portals on one store. */
let here: CodeAttempts;
let there: CodeAttempts;
beforeEach(async () => {
  store = await openTestStore();
  clock = createClock(() => 1_800_000_000_000);
  const parts = { store, clock, lockout: 5, wrong: () => {} };
  [here, there] = [createCodeAttempts(parts), createCodeAttempts(parts)];
});
afterEach(() => store.destroy());

const attempt: CodeAttempt = {
  userId: 'ada',
  kind: 'totp',
  verificationType: 'code',
  hasKey: async () => false,
  clears: true,
};
const right = async () => 'right';
const wrong = () => Promise.reject(new ApiError('wrong_code'));
const later = () => Promise.withResolvers<string>();
const counts = async () => ({
  inARow: (await store.selectFrom('lockout_misses').select('misses').executeTakeFirst())?.misses ?? 0,
  ofKind: (await store.selectFrom('wrong_code_counts').select('misses').executeTakeFirst())?.misses ?? 0,
  attempts: (await store.selectFrom('code_attempts').select('id').execute()).length,
});
const begun = async (number: number) => expect.poll(async () => (await counts()).attempts).toBe(number);

const GATE = 4711;
/** Makes every insert of an attempt wait inside its transaction. The returned function ends the wait. */
async function holdInserts(): Promise<() => Promise<void>> {
  await sql
    .raw(
      `CREATE FUNCTION hold() RETURNS trigger LANGUAGE plpgsql AS
       'BEGIN PERFORM pg_advisory_xact_lock_shared(${GATE}); RETURN NEW; END'`,
    )
    .execute(store);
  await sql.raw('CREATE TRIGGER hold BEFORE INSERT ON code_attempts EXECUTE FUNCTION hold()').execute(store);
  return onServer(store, `SELECT pg_advisory_lock(${GATE})`);
}

testOnPostgres('a full reset beside an attempt forgets all of it, or nothing', async () => {
  await expect(here.guard(attempt, wrong)).rejects.toThrow();
  const open = await holdInserts();
  const answer = later();
  const guessing = here.guard(attempt, () => answer.promise);
  await waitingOn(store, 1);
  const forgetting = changeStore(store, (tx) => there.forgetWrongCodes('ada', tx));
  await waitingOn(store, 2);
  await open();
  await forgetting;
  expect(await counts()).toEqual({ inARow: 2, ofKind: 0, attempts: 0 });
  answer.resolve('right');
  expect(await guessing).toBe('right');
});

testOnPostgres(
  'a right code that a full reset forgot meanwhile does not clear an attempt that just begins',
  async () => {
    const answer = later();
    const guessing = here.guard(attempt, () => answer.promise);
    await begun(1);
    await changeStore(store, (tx) => there.forgetWrongCodes('ada', tx));
    const open = await holdInserts();
    const other = later();
    const beginning = there.guard(attempt, () => other.promise);
    await waitingOn(store, 1);
    answer.resolve('right');
    await waitingOn(store, 2);
    await open();
    await guessing;
    expect((await counts()).inARow).toBe(1);
    other.reject(new ApiError('wrong_code'));
    await expect(beginning).rejects.toMatchObject({ code: 'wrong_code', details: { triesLeft: 3 } });
  },
);

test('a right code whose portal was killed before it knew counts as a wrong one, until the next right one', async () => {
  void here.guard(attempt, () => new Promise(() => {}));
  await begun(1);
  await expect(there.guard(attempt, wrong)).rejects.toMatchObject({ details: { triesLeft: 2 } });
  // Okta may still check the first attempt, so a right code does not clear it yet.
  await there.guard(attempt, right);
  expect(await counts()).toEqual({ inARow: 1, ofKind: 1, attempts: 1 });
  clock.advance(61);
  await there.guard(attempt, right);
  expect(await counts()).toEqual({ inARow: 0, ofKind: 0, attempts: 0 });
});
