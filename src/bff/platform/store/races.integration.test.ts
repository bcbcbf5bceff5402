import { freeText } from '#contract/audit-log/audit-reasons.ts';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createClock } from '#clock';
import { allLostStored } from '#testing/security-methods.ts';
import { interleave } from '#testing/postgres/interleave.ts';
import { openTestStore, testDatabase } from '#testing/store.ts';
import { createAlarms } from '../../records/alarms/alarms.ts';
import { createAuditLog, type AuditLog } from '../../records/audit-log/audit-log.ts';
import { makeAuditKey } from '../../records/audit-log/kept-key.ts';
import { readAuditKeys } from '../../records/audit-log/keys.ts';
import { verifyAuditLog } from '#operator/audit-verify/verify-log.ts';
import { createApprovals } from '../../features/helpdesk/approvals/approvals.ts';
import { createCallerVerifications } from '../../features/helpdesk/caller-verification/caller-verifications.ts';
import { assertNoneFrozen } from '../../identity/users/assert-not-frozen.ts';
import { createFreezes } from '../../features/helpdesk/freezes/freezes.ts';
import { withdrawAll } from '../../features/helpdesk/freezes/withdrawals.ts';
import { createPendingCancellations } from '../../features/helpdesk/freezes/pending-cancellations.ts';
import { createRecoveryCodes } from '../../features/helpdesk/recovery-codes/recovery-codes.ts';
import { createRepeats } from '../../http/repeats.ts';
import { assertSignedInSince, endSessions } from '../../identity/sessions/revocations.ts';
import { createSessions } from '../../identity/sessions/sessions.ts';
import { plannedReset } from '../../features/helpdesk/testing/planned-reset.ts';
import { createMessages } from '../../identity/step-up/messages.ts';
import { changeStore } from './change-store.ts';
import type { Store } from './open.ts';
import { createSealer } from './secrets.ts';
import { assertStoreWritable } from './write-check.ts';
import { auditRows, plantRow } from '#testing/store-contents.ts';

const clock = createClock(() => 1_800_000_000_000);
const sealer = createSealer(['a secret of thirty-two bytes or more']);
const keys = readAuditKeys(makeAuditKey());
const actor = { userId: 'hedy', address: '', agent: '', requestId: 'r1' };

let store: Store;
let auditLog: AuditLog;
beforeEach(async () => {
  store = await openTestStore();
  auditLog = createAuditLog(store, clock, keys);
});
afterEach(() => store.destroy());

const reasonOf = (result: PromiseSettledResult<unknown>) =>
  result.status === 'fulfilled'
    ? 'done'
    : String((result.reason as { code?: string; name: string }).code ?? (result.reason as Error).name);
const tally = (results: readonly PromiseSettledResult<unknown>[]) => {
  const counts: Record<string, number> = {};
  for (const result of results) counts[reasonOf(result)] = (counts[reasonOf(result)] ?? 0) + 1;
  return counts;
};
const times = <T>(count: number, work: (n: number) => Promise<T>) =>
  Promise.allSettled(Array.from({ length: count }, (_, n) => work(n)));

describe('a freeze beside the intent of an approved reset', () => {
  const reset = {
    id: 'a1',
    intent: 1,
    user_id: 'grace',
    reset: '{}',
  };
  const parts = () => {
    const freezes = createFreezes(store, clock);
    const approvals = createApprovals(
      store,
      clock,
      createRecoveryCodes(store, clock, sealer),
      createPendingCancellations(store, clock),
    );
    const freeze = async (tx: Store) => {
      await freezes.freeze('hedy', tx);
      await withdrawAll('hedy', actor, clock.now(), tx);
    };
    const intend = async (tx: Store) => {
      await assertNoneFrozen(tx, ['hedy', 'annie']);
      await approvals.assertApproved('a1', tx);
      await tx.insertInto('resets').values(reset).execute();
    };
    return { approvals, freeze, intend };
  };
  const statusOf = async () => (await store.selectFrom('approvals').select('status').executeTakeFirstOrThrow()).status;
  beforeEach(async () => {
    await parts().approvals.request(plannedReset('a1', 'hedy', 'grace'), store);
    await parts().approvals.decide(
      'a1',
      { decision: 'approve' },
      { id: 'annie', name: 'Annie', login: 'annie' },
      store,
    );
  });

  test('comes after it, and withdraws nothing that has begun', async () => {
    const { freeze, intend } = parts();
    expect(reasonOf(await interleave(store, intend, () => changeStore(store, freeze)))).toBe('done');
    expect(await statusOf()).toBe('approved');
  });

  test('comes before it, and there is no intent', async () => {
    const { freeze, intend } = parts();
    expect(reasonOf(await interleave(store, freeze, () => changeStore(store, intend)))).toBe('frozen');
    expect(await store.selectFrom('resets').selectAll().execute()).toEqual([]);
    expect(await statusOf()).toBe('withdrawn');
  });

  test('of the approver withdraws what she approved', async () => {
    await changeStore(store, (tx) => withdrawAll('annie', actor, clock.now(), tx));
    expect(await statusOf()).toBe('withdrawn');
  });

  test('beside the decision: what is withdrawn is approved no more, and what is approved is withdrawn', async () => {
    const { approvals, freeze } = parts();
    const decide = (tx: Store) =>
      approvals.decide('a1', { decision: 'approve' }, { id: 'annie', name: '', login: '' }, tx);
    const wait = (tx: Store = store) => tx.updateTable('approvals').set({ status: 'waiting' }).execute();
    await wait();
    expect(await interleave(store, freeze, () => changeStore(store, decide))).toMatchObject({ value: false });
    expect(await statusOf()).toBe('withdrawn');
    await wait();
    expect((await interleave(store, decide, () => changeStore(store, freeze))).status).toBe('fulfilled');
    expect(await statusOf()).toBe('withdrawn');
    await store.deleteFrom('freezes').execute();
    await expect(changeStore(store, (tx) => approvals.assertApproved('a1', tx))).rejects.toThrow('conflict');
    await approvals.fail('a1');
    expect(await statusOf()).toBe('withdrawn');
  });

  test('replaced by who asked, beside the decision: the first of both holds', async () => {
    const { approvals } = parts();
    const decide = (tx: Store) =>
      approvals.decide('a1', { decision: 'approve' }, { id: 'annie', name: '', login: '' }, tx);
    const replace = async (tx: Store) =>
      (await approvals.endOwn(plannedReset('a2', 'hedy', 'grace'), 'replaced', tx)).length;
    const wait = (tx: Store = store) => tx.updateTable('approvals').set({ status: 'waiting' }).execute();
    await wait();
    expect(await interleave(store, replace, () => changeStore(store, decide))).toMatchObject({ value: false });
    expect(await statusOf()).toBe('replaced');
    await expect(changeStore(store, (tx) => approvals.assertApproved('a1', tx))).rejects.toThrow('conflict');
    await wait();
    expect(await interleave(store, decide, () => changeStore(store, replace))).toMatchObject({ value: 0 });
    expect(await statusOf()).toBe('approved');
  });

  test('and the decision, in the moment in which the request expires', async () => {
    const { approvals } = parts();
    await store.updateTable('approvals').set({ status: 'waiting', expires_at: clock.now() }).execute();
    expect(await approvals.decide('a1', { decision: 'approve' }, { id: 'annie', name: '', login: '' }, store)).toBe(
      false,
    );
  });

  test('finds it begun, though only the approval was locked', async () => {
    const { approvals, freeze } = parts();
    const intend = async (tx: Store) => {
      await approvals.assertApproved('a1', tx);
      await tx.insertInto('resets').values(reset).execute();
    };
    await interleave(store, intend, () => changeStore(store, freeze));
    expect(await statusOf()).toBe('approved');
  });

  test('and an approval that looks lost: the sweeper leaves it alone', async () => {
    const { approvals, intend } = parts();
    await store
      .updateTable('approvals')
      .set({ decided_at: clock.now() - 120_000 })
      .execute();
    await interleave(store, intend, () => approvals.endLost());
    expect(await statusOf()).toBe('approved');
    await store.deleteFrom('resets').execute();
    await approvals.endLost();
    expect(await statusOf()).toBe('failed');
  });
});

describe('the end of all sessions beside a sign-in', () => {
  const session = {
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
  const signIn = async (tx: Store) => {
    const now = clock.now();
    await assertSignedInSince('ada', { at: now - 5000, begun: now - 5000 }, now, tx);
    await createSessions(store, clock).start(session, tx);
  };
  const end = (tx: Store) => endSessions('ada', clock.now(), tx);
  const count = async () => (await store.selectFrom('sessions').select('id').execute()).length;

  test('ends the session that began before it', async () => {
    expect(reasonOf(await interleave(store, signIn, () => changeStore(store, end)))).toBe('done');
    expect(await count()).toBe(0);
  });

  test('refuses the sign-in that comes after it', async () => {
    expect(reasonOf(await interleave(store, end, () => changeStore(store, signIn)))).toBe('SignInTooOld');
    expect(await count()).toBe(0);
  });
});

test('a verification that a failed reset gives back is withdrawn by a freeze that comes meanwhile', async () => {
  const callers = createCallerVerifications(store, clock, sealer);
  const details = { agent_id: 'hedy', agent_name: 'Hedy', user_id: 'grace', type: 'call-back' } as const;
  const status = async () =>
    (await store.selectFrom('caller_verifications').select('status').executeTakeFirstOrThrow()).status;
  const { id } = await callers.attest({ ...details, ...allLostStored });
  await callers.consume('hedy', 'grace', id);
  const freezes = createFreezes(store, clock);
  const freeze = async (tx: Store) => {
    await freezes.freeze('grace', tx);
    await withdrawAll('grace', actor, clock.now(), tx);
  };
  await interleave(store, freeze, () => changeStore(store, (tx) => callers.restore(id, tx)));
  expect(await status()).toBe('withdrawn');
});

test('of ten people’s messages at once, three reach a country whose limit is three', async () => {
  const alarms = { raise: async () => {} };
  const messages = createMessages({ store, clock, sealer, limits: { person: 20, country: 3, org: 100 }, alarms });
  const details = { event: 'user.mfa.factor.challenge', subject: null } as const;
  const sent = await times(10, (n) =>
    auditLog.change(actor, details, async () => n, {
      first: messages.counted(`person${n}`, { number: `+1555010010${n}` }),
    }),
  );
  expect(tally(sent)).toEqual({ done: 3, message_limit: 7 });
  const again = await times(4, () =>
    auditLog.change(actor, details, async () => 0, { first: messages.counted('ada', { number: '+442071838750' }) }),
  );
  expect(tally(again)).toEqual({ done: 1, sent_too_soon: 3 });
});

test('of two looks at once at a recovery code, one sees it', async () => {
  const codes = createRecoveryCodes(store, clock, sealer);
  const { code, keep } = codes.make('grace', { approvalId: 'a1', inPerson: true });
  await changeStore(store, keep);
  const show = (tx: Store) => codes.show('a1', tx);
  const first = async (tx: Store) => expect((await show(tx))?.code).toBe(code);
  expect(await interleave(store, first, () => changeStore(store, show))).toMatchObject({ value: null });
});

test('[U5] an Idempotency-Key used ten times at once has one intent, and none after a failure', async () => {
  const repeats = createRepeats(store, clock);
  const details = { event: 'user.mfa.factor.enroll', subject: 'ada' } as const;
  const request = { key: 'k'.repeat(32), name: 'enrollFactor', params: {}, body: { kind: 'totp' } } as const;
  const session = { id: 's', user_id: 'ada' };
  let requests = 0;
  const enroll = (change: () => Promise<string>) =>
    auditLog.change(
      { type: 'stop', actor, session, claim: repeats.claim('ada', request, `r${(requests += 1)}`) },
      details,
      change,
      { done: (factorId) => ({ factorId }) },
    );
  expect(tally(await times(10, () => enroll(() => Promise.reject(new TypeError('no')))))).toMatchObject({
    TypeError: expect.any(Number),
  });
  expect(await repeats.findDone('ada', request, async () => {})).toBeNull();
  expect(tally(await times(10, () => enroll(async () => 'uft1')))).toEqual({ done: 1, conflict: 9 });
  expect(await repeats.findDone('ada', request, async () => {})).toEqual({ factorId: 'uft1' });
  const { length } = await auditRows(store, { outcome: 'success' }, 'seq');
  expect([length, await verifyAuditLog(store, { keys })]).toEqual([1, null]);
});

test('alarms that replicas raise at once, in appends and beside them, are one email each and wait in no circle', async () => {
  const emails: string[] = [];
  const raised: string[] = [];
  const createOne = () =>
    createAlarms({
      ...{ store, clock, email: ['ops@example.com'], orgName: 'Example' },
      outbox: { add: async ({ body }) => void emails.push(body) },
      log: ({ name }) => void raised.push(name),
      addedAfterReset: () => {},
    });
  const replicas = [createOne(), createOne()].map((alarms) => ({
    alarms,
    log: createAuditLog(store, clock, keys, () => {}, alarms.raiseFor),
  }));
  const denied = { event: 'helpdesk.caller_verification.verify', subject: 'ada' } as const;
  await auditLog.event(actor, { event: 'user.session.end', subject: 'ada' }, { outcome: 'success' });
  await plantRow(store, 1_000_000);
  const ended = await times(12, (n): Promise<unknown> => {
    const { alarms, log } = replicas[n % 2]!;
    if (n % 3 === 0) return log.event(actor, denied, { outcome: 'failure', reason: 'push: rejected' });
    const refused = { name: 'revocation_refused', subject: 'ada', details: {} } as const;
    return n % 3 === 1 ? changeStore(store, (tx) => alarms.raise(tx, refused)) : alarms.check();
  });
  expect(tally(ended)).toEqual({ done: 12 });
  expect(emails.map((body) => /\((\w+)\)/.exec(body)![1]!).toSorted()).toEqual([
    'caller_verification_denied',
    'foreign_audit_row',
    'revocation_refused',
  ]);
  expect(raised.filter((name) => name === 'foreign_audit_row')).toHaveLength(1);
});

test('write checks of many replicas do not wait for each other', async () => {
  await changeStore(store, async (tx) => {
    await tx
      .insertInto('write_checks')
      .values({ id: 1, filler: new Uint8Array(1) })
      .execute();
    if (testDatabase === 'postgres') await assertStoreWritable(store, () => 2);
  });
  expect(tally(await times(10, () => assertStoreWritable(store)))).toEqual({ done: 10 });
});

test('rows that wait for what stands beside them keep no other row waiting', async () => {
  const { promise: gate, resolve: open } = Promise.withResolvers<void>();
  const event = { event: 'user.session.end', subject: 'ada' } as const;
  const slow = auditLog.event(actor, event, { outcome: 'success', reason: freeText('slow') }, () => gate);
  // SQLite runs one transaction at a time, so the slow event must be able to end first.
  if (testDatabase === 'sqlite') open();
  await auditLog.event(actor, event, { outcome: 'success', reason: freeText('fast') });
  open();
  await slow;
  const rows = await store.selectFrom('audit_log').select('reason').orderBy('seq').execute();
  expect(rows.map(({ reason }) => reason)).toEqual(testDatabase === 'sqlite' ? ['slow', 'fast'] : ['fast', 'slow']);
  expect(await verifyAuditLog(store, { keys })).toBeNull();
});
