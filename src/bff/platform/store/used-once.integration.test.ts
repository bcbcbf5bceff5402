import { freeText } from '#contract/audit-log/audit-reasons.ts';
import { sql } from 'kysely';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ApiError } from '#contract/errors.ts';
import { createClock } from '#clock';
import { claimNext } from '#database/row-locks.ts';
import { allLostStored, answeredByOkta } from '#testing/security-methods.ts';
import { openTestStore, testDatabase } from '#testing/store.ts';
import { waitingOn } from '#testing/postgres/interleave.ts';
import { createAuditLog } from '../../records/audit-log/audit-log.ts';
import { makeAuditKey } from '../../records/audit-log/kept-key.ts';
import { readAuditKeys } from '../../records/audit-log/keys.ts';
import { verifyAuditLog } from '#operator/audit-verify/verify-log.ts';
import { createCallerVerifications } from '../../features/helpdesk/caller-verification/caller-verifications.ts';
import { createRecoveryCodes } from '../../features/helpdesk/recovery-codes/recovery-codes.ts';
import { createSessions, type Session } from '../../identity/sessions/sessions.ts';
import { createStepUps } from '../../identity/step-up/step-ups.ts';
import { changeStore } from './change-store.ts';
import { consumeOnce } from './consumed-tokens.ts';
import type { Store } from './open.ts';
import { createSealer } from './secrets.ts';
import { temporaryFolder } from '#testing/programs/temporary-folder.ts';

/** SQLite has one writer at a time, so there are no races. */
const testOnPostgres: (name: string, run: () => Promise<void>) => void = testDatabase === 'postgres' ? test : () => {};

const AT_ONCE = 40;
const clock = createClock(() => 1_800_000_000_000);
const sealer = createSealer(['a secret of thirty-two bytes or more']);

let folder: string;
/** Several connections to PostgreSQL, one to SQLite. */
let stores: Store[];
let store: Store;
beforeEach(async () => {
  folder = temporaryFolder();
  stores = [];
  while (stores.length < (testDatabase === 'postgres' ? 3 : 1)) stores.push(await openTestStore(folder));
  store = stores[0]!;
});
afterEach(async () => {
  for (const one of stores) await one.destroy();
});

/** Counts the results. */
async function all(work: (on: Store, n: number) => Promise<unknown>): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  const runs = Array.from({ length: AT_ONCE }, async (_, n) => {
    const came = await work(stores[n % stores.length]!, n).catch((error: unknown) => {
      if (!(error instanceof ApiError)) throw error;
      return `${error.code}${error.details.rule ? ` ${error.details.rule}` : ''}`;
    });
    counts[String(came)] = (counts[String(came)] ?? 0) + 1;
  });
  await Promise.all(runs);
  return counts;
}

async function newSession(): Promise<Session> {
  const details = {
    user_id: 'ada',
    login: 'ada',
    name: 'Ada',
    first_name: 'Ada',
    locale: null,
    time_zone: null,
    auth_time: 0,
    agent: '',
    address: '',
    id_token: '',
  };
  return (await createSessions(store, clock).start(details)).session;
}

test('a sign-in attempt, or any other value that is used once', async () => {
  expect(await all((on) => consumeOnce(on, 'state abc', clock.now() + 1000))).toEqual({ true: 1, false: 39 });
});

test('one of two step-ups is used by one request each', async () => {
  const session = await newSession();
  for (const strength of [2, 3]) await createStepUps(store, clock).give(session, 'enroll:totp', strength);
  const consume = (on: Store) => createStepUps(on, clock).consume(session, 'enroll:totp', 2);
  const used = await all(async (on) => (await consume(on)) !== null);
  // A request that skips a locked step-up finds none, and must try again.
  expect(used['true']).toBeLessThanOrEqual(2);
  const left = async () => (await consume(store)) !== null;
  for (let n = used['true'] ?? 0; n < 2; n += 1) expect(await left()).toBe(true);
  expect(await left()).toBe(false);
});

test('a caller verification serves one reset, and its code has five tries', async () => {
  const on = (one: Store) => createCallerVerifications(one, clock, sealer);
  const details = { agent_id: 'hedy', agent_name: 'Hedy', user_id: 'grace', type: 'own-session' } as const;
  const spoken = await on(store).start({ ...details, ...allLostStored });
  const { code } = (await on(store).issueCode('grace', spoken.id, answeredByOkta))!;
  const guesses = await all(async (one, n) => (await on(one).checkCode(spoken, n === 0 ? code : '00000000'))?.right);
  expect((guesses['true'] ?? 0) + (guesses['false'] ?? 0)).toBe(5);
  expect(await all((one) => on(one).close(spoken, 'verified'))).toEqual({ true: 1, false: 39 });
  expect(await all(async (one) => (await on(one).consume('hedy', 'grace', spoken.id)) !== null)).toEqual({
    true: 1,
    false: 39,
  });
  expect(await all(async (one) => (await on(one).issueCode('grace', spoken.id, answeredByOkta)) !== null)).toEqual({
    false: 40,
  });
});

test('a recovery code is used by one session, whatever is typed beside it', async () => {
  const make = () => createRecoveryCodes(store, clock, sealer).make('ada', { approvalId: null, inPerson: false });
  const session = await newSession();
  const redeem = (code: string) => (on: Store, n: number) =>
    createRecoveryCodes(on, clock, sealer).redeem({ ...session, id: `session ${n}` }, code);
  const first = make();
  await changeStore(store, first.keep);
  expect(await all(redeem(first.code))).toEqual({ true: 1, 'recovery_code_required used': 39 });
  const second = make();
  await changeStore(store, second.keep);
  expect(await all((on, n) => redeem(n % 2 === 0 ? second.code : first.code)(on, n))).toMatchObject({ true: 1 });
});

test('of many that claim the next due row at once each gets one of its own', async () => {
  const ids = Array.from({ length: 25 }, (_, n) => `r${String(n).padStart(2, '0')}`);
  const rows = ids.map((id, n) => ({
    ...{ id, kind: 'revoke' as const, user_id: 'ada', details: '', tries: 0, tried_at: 0 },
    due_at: n % 5,
  }));
  await store.insertInto('tasks').values(rows).execute();
  const due = sql`due_at <= 5`;
  const claimed: string[] = [];
  const claim = async (on: Store) => {
    const row = await claimNext(on, { table: 'tasks', column: 'due_at', due, until: 10 });
    if (row) claimed.push(row.id);
    return row !== null;
  };
  while ((await all(claim))['true']);
  expect(claimed.toSorted()).toEqual(ids);
});

testOnPostgres('a reset whose recovery code waits keeps no row of the audit log waiting', async () => {
  const keys = readAuditKeys(makeAuditKey());
  const auditLog = createAuditLog(store, clock, keys);
  const codes = createRecoveryCodes(store, clock, sealer);
  const actor = { userId: 'hedy', address: '', agent: '', requestId: 'r1' };
  const details = { event: 'user.mfa.factor.reset_all', subject: 'ada' } as const;
  await changeStore(store, codes.make('ada', { approvalId: 'a1', inPerson: true }).keep);
  let reset!: Promise<boolean>;
  await changeStore(stores[1]!, async (tx) => {
    expect(await codes.show('a1', tx)).not.toBeNull();
    const { keep } = codes.make('ada', { approvalId: null, inPerson: false });
    reset = auditLog.event(actor, details, { outcome: 'success' }, keep);
    await waitingOn(store, 1);
    await createAuditLog(stores[2]!, clock, keys).event(actor, details, {
      outcome: 'success',
      reason: freeText('beside it'),
    });
  });
  expect(await reset).toBe(true);
  const { outcome } = await store.selectFrom('recovery_codes').select('outcome').executeTakeFirstOrThrow();
  const rows = await store.selectFrom('audit_log').select(['seq', 'reason']).orderBy('seq').execute();
  expect([outcome, rows]).toEqual([
    2,
    [
      { seq: 1, reason: freeText('beside it') },
      { seq: 2, reason: null },
    ],
  ]);
  expect(await verifyAuditLog(store, { keys })).toBeNull();
});
