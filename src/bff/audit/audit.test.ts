import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { sql } from 'kysely';
import { createClock } from '#clock';
import { openStore } from '../store/open.ts';
import type { Store } from '../store/open.ts';
import { createAudit, verifyAudit } from './audit.ts';
import type { Audit } from './audit.ts';

const actor = { userId: '00u1', address: '127.0.0.1', agent: 'a browser', requestId: 'r1' };
const about = { event: 'user.mfa.factor.activate', subject: '00u1', factorId: 'uft1', kind: 'totp' } as const;
const judge = () => ({ outcome: 'failure' as const, reason: 'refused' });

let store: Store;
let audit: Audit;
beforeEach(async () => {
  store = await openStore(':memory:');
  audit = createAudit(store, createClock(() => 1_000_000));
});
afterEach(() => store.destroy());

const change = (work: () => Promise<string>) => audit.change(actor, about, work, (factorId) => ({ factorId }), judge);
const rows = () => store.selectFrom('audit').selectAll().orderBy('seq').execute();

/** Nine rows: an event and four changes of two rows each. */
async function fill() {
  await audit.event(actor, { event: 'user.session.start', subject: '00u1' }, { outcome: 'success' });
  for (let n = 0; n < 4; n += 1) await change(async () => `uft${n}`);
}

describe('the chain', () => {
  beforeEach(fill);

  test('holds as it was written', async () => {
    expect([(await rows()).length, await verifyAudit(store)]).toEqual([9, null]);
  });

  const columns = ['at', 'type', 'event', 'actor', 'subject', 'factor_id', 'kind', 'outcome', 'reason', 'address', 'agent', 'request_id', 'ticket', 'caller_proof', 'approver'] as const;
  test.each(columns)('shows an edit of %s, and where', async (column) => {
    await store.updateTable('audit').set({ [column]: column === 'at' ? 7 : 'event' }).where('seq', '=', 4).execute();
    expect(await verifyAudit(store)).toEqual({ seq: 4, fault: 'edited' });
  });

  test('shows an outcome moved to another intent', async () => {
    await store.deleteFrom('audit').where('seq', '=', 9).execute();
    await store.updateTable('audit').set({ intent: 8 }).where('seq', '=', 3).execute();
    expect(await verifyAudit(store)).toEqual({ seq: 3, fault: 'edited' });
  });

  test('shows a changed hash, also with the link made to fit', async () => {
    await store.updateTable('audit').set({ hash: 'x' }).where('seq', '=', 5).execute();
    expect(await verifyAudit(store)).toEqual({ seq: 5, fault: 'edited' });
    await store.updateTable('audit').set({ prev: 'x' }).where('seq', '=', 6).execute();
    expect(await verifyAudit(store)).toEqual({ seq: 5, fault: 'edited' });
  });

  test.each([1, 2, 5, 8])('shows that row %i is gone', async (seq) => {
    await store.deleteFrom('audit').where('seq', '=', seq).execute();
    expect(await verifyAudit(store)).toEqual({ seq: seq + 1, fault: 'missing' });
  });

  test.each([1, 3, 9])('shows that the last %i are gone', async (count) => {
    await store.deleteFrom('audit').where('seq', '>', 9 - count).execute();
    expect(await verifyAudit(store)).toEqual({ seq: 10 - count, fault: 'truncated' });
  });

  test('shows two rows changing places', async () => {
    await sql`UPDATE audit SET seq = -seq WHERE seq IN (4, 5)`.execute(store);
    await sql`UPDATE audit SET seq = 9 + seq WHERE seq IN (-4, -5)`.execute(store);
    expect(await verifyAudit(store)).toEqual({ seq: 4, fault: 'reordered' });
  });

  test('holds over rows from before there was a helpdesk, and shows what was written into them later', async () => {
    const [first] = await rows();
    const { at, type, intent, event, actor: who, subject, factor_id, kind, outcome, reason, address, agent, request_id } = first!;
    const old = ['', at, type, intent, event, who, subject, factor_id, kind, outcome, reason, address, agent, request_id];
    const hash = createHash('sha256').update(JSON.stringify(old)).digest('base64url');
    await store.deleteFrom('audit').where('seq', '>', 1).execute();
    await store.updateTable('audit').set({ link: 1, hash }).execute();
    await store.updateTable('audit_head').set({ seq: 1, hash }).execute();
    await change(async () => 'uft1');
    expect(await verifyAudit(store)).toBeNull();
    await store.updateTable('audit').set({ ticket: 'INC-1' }).where('seq', '=', 1).execute();
    expect(await verifyAudit(store)).toEqual({ seq: 1, fault: 'edited' });
    await store.updateTable('audit').set({ ticket: null }).where('seq', '=', 1).execute();
    // A new row cannot pass for an old one.
    await store.updateTable('audit').set({ link: 1 }).where('seq', '>', 1).execute();
    expect(await verifyAudit(store)).toEqual({ seq: 10, fault: 'edited' });
  });

  test('shows a row slipped in, at the end or between', async () => {
    const [{ seq: _seq, ...last }] = (await rows()).slice(-1) as [Awaited<ReturnType<typeof rows>>[number]];
    await store.insertInto('audit').values({ ...last, intent: null }).execute();
    expect(await verifyAudit(store)).toEqual({ seq: 10, fault: 'missing' });
  });

  test('shows a head that was put back', async () => {
    const [, , third] = await rows();
    await store.updateTable('audit_head').set({ seq: 3, hash: third!.hash }).execute();
    expect(await verifyAudit(store)).toEqual({ seq: 10, fault: 'truncated' });
  });
});

test('fifty writers at once make one chain', async () => {
  await Promise.all(Array.from({ length: 50 }, (_, n) => change(async () => `uft${n}`)));
  expect([(await rows()).length, await verifyAudit(store)]).toEqual([100, null]);
});

describe('no trail, no change', () => {
  test.each([
    ['the store is closed', () => store.destroy()],
    ['it takes no row', () => sql`CREATE TRIGGER full BEFORE INSERT ON audit BEGIN SELECT RAISE(ABORT, 'disk full'); END`.execute(store)],
    ['its head cannot move', () => sql`CREATE TRIGGER stuck BEFORE UPDATE ON audit_head BEGIN SELECT RAISE(ABORT, 'disk full'); END`.execute(store)],
    ['its head is gone', () => store.deleteFrom('audit_head').execute()],
  ])('when %s, the org is not asked', async (_what, spoil) => {
    await spoil();
    let asked = 0;
    const attempt = change(async () => {
      asked += 1;
      return 'uft1';
    });
    await expect(attempt).rejects.toThrow(/full|destroyed|no result/);
    expect(asked).toBe(0);
  });

  test('a row and what stands beside it are written together or not at all', async () => {
    const failing = { factorId: 'uft1', alongside: () => Promise.reject(new Error('no notice')) };
    await expect(audit.change(actor, about, async () => 'done', () => failing, judge)).rejects.toThrow('no notice');
    expect((await rows()).map(({ type }) => type)).toEqual(['intent']);
    expect(await audit.open(2_000_000)).toHaveLength(1);
    expect(await verifyAudit(store)).toBeNull();
  });
});

describe('an outcome', () => {
  test('of a failure is written; one nobody knows stays open', async () => {
    const refuse = () => Promise.reject(new Error('x'));
    await expect(change(refuse)).rejects.toThrow('x');
    await expect(audit.change(actor, about, refuse, () => ({}), () => ({ outcome: 'unknown', reason: 'cut' }))).rejects.toThrow('x');
    expect((await rows()).map(({ type, outcome, reason }) => [type, outcome, reason])).toEqual([
      ['intent', null, null],
      ['outcome', 'failure', 'refused'],
      ['intent', null, null],
    ]);
    expect((await audit.open(2_000_000)).map(({ seq }) => seq)).toEqual([3]);
  });

  test('comes once, however many settle it', async () => {
    await expect(audit.change(actor, about, () => Promise.reject(new Error('x')), () => ({}), () => ({ outcome: 'unknown', reason: 'cut' }))).rejects.toThrow('x');
    const [intent] = await audit.open(2_000_000);
    const settled = await Promise.all(Array.from({ length: 20 }, () => audit.settle(intent!, { outcome: 'success' })));
    expect(settled.filter(Boolean)).toHaveLength(1);
    expect([(await rows()).length, await verifyAudit(store)]).toEqual([2, null]);
  });
});
