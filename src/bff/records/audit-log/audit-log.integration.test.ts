import { freeText } from '#contract/audit-log/audit-reasons.ts';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createClock } from '#clock';
import { openTestStore } from '#testing/store.ts';
import { refuseWrites } from '#testing/store-contents.ts';
import type { Store } from '../../platform/store/open.ts';
import { createAuditLog, type AuditLog } from './audit-log.ts';
import { makeAuditKey } from './kept-key.ts';
import { readAuditKeys } from './keys.ts';
import { verifyAuditLog } from '#operator/audit-verify/verify-log.ts';

const actor = { userId: '00u1', address: '127.0.0.1', agent: 'a browser', requestId: 'r1' };
const details = { event: 'user.mfa.factor.activate', subject: '00u1', factorId: 'uft1', kind: 'totp' } as const;
const classify = () => ({ outcome: 'failure' as const, reason: freeText('refused') });

const keys = readAuditKeys(makeAuditKey());
let store: Store;
let auditLog: AuditLog;
beforeEach(async () => {
  store = await openTestStore();
  auditLog = createAuditLog(
    store,
    createClock(() => 1_000_000),
    keys,
  );
});
afterEach(() => store.destroy());

const change = (work: () => Promise<string>) =>
  auditLog.change(actor, details, work, { done: (factorId) => ({ factorId }), classify });
const rows = () => store.selectFrom('audit_log').selectAll().orderBy('seq').execute();

test('[L4] fifty concurrent writers make one chain', async () => {
  await Promise.all(Array.from({ length: 50 }, (_, n) => change(async () => `uft${n}`)));
  expect([(await rows()).length, await verifyAuditLog(store, { keys })]).toEqual([100, null]);
});

describe('without an audit row there is no change', () => {
  test.each([
    ['the store is closed', () => store.destroy()],
    ['it takes no row', () => refuseWrites(store, { table: 'audit_log', on: 'INSERT' })],
    ['its head cannot move', () => refuseWrites(store, { table: 'audit_log_head', on: 'UPDATE' })],
    ['its head is gone', () => store.deleteFrom('audit_log_head').execute()],
  ])('when %s, Okta is not called', async (_what, spoil) => {
    await spoil();
    let asked = 0;
    const attempt = change(async () => {
      asked += 1;
      return 'uft1';
    });
    await expect(attempt).rejects.toThrow(/full|destroyed|no result/);
    expect(asked).toBe(0);
  });

  test('a row and the rows written with it are committed together or not at all', async () => {
    const failing = { factorId: 'uft1', inTransaction: () => Promise.reject(new Error('no notice')) };
    await expect(
      auditLog.change(actor, details, async () => 'done', { done: () => failing, classify }),
    ).rejects.toMatchObject({ name: 'UnrecordedOutcome', cause: { message: 'no notice' } });
    expect((await rows()).map(({ type }) => type)).toEqual(['intent']);
    expect(await auditLog.open(2_000_000)).toHaveLength(1);
    expect(await verifyAuditLog(store)).toBeNull();
  });
});

test('[L4] a row with any text verifies after it was read back', async () => {
  for (const agent of ['a\0b', '\u{1f600} \u0085 "\\', 'x'.repeat(5000), ''])
    await auditLog.event({ ...actor, agent }, details, { outcome: 'success' });
  expect((await rows()).map((row) => row.agent!.length)).toEqual([3, 7, 300, 0]);
  expect(await verifyAuditLog(store)).toBeNull();
});

describe('an outcome', () => {
  test('of a failure is written; an unknown one stays open', async () => {
    const refuse = () => Promise.reject(new Error('x'));
    await expect(change(refuse)).rejects.toThrow('x');
    await expect(
      auditLog.change(actor, details, refuse, { classify: () => ({ outcome: 'unknown', reason: 'unrecorded' }) }),
    ).rejects.toThrow('x');
    expect((await rows()).map(({ type, outcome, reason }) => [type, outcome, reason])).toEqual([
      ['intent', null, null],
      ['outcome', 'failure', 'refused'],
      ['intent', null, null],
    ]);
    expect((await auditLog.open(2_000_000)).map(({ seq }) => seq)).toEqual([3]);
  });

  test('is written once, however many processes reconcile it', async () => {
    await expect(
      auditLog.change(actor, details, () => Promise.reject(new Error('x')), {
        classify: () => ({ outcome: 'unknown', reason: 'unrecorded' }),
      }),
    ).rejects.toThrow('x');
    const [intent] = await auditLog.open(2_000_000);
    const reconciled = await Promise.all(
      Array.from({ length: 20 }, () => auditLog.reconcile(intent!, { outcome: 'success' })),
    );
    expect(reconciled.filter(Boolean)).toHaveLength(1);
    expect([(await rows()).length, await verifyAuditLog(store)]).toEqual([2, null]);
  });
});
