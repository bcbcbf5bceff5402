import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Reply, Visitor } from '../visitor.ts';
import { hasBalancers } from './balancer.ts';
import { codeOf, openLedger } from './ledger.ts';
import { Person } from './people.ts';
import { opening } from './prober.ts';
import { startRig, type Rig } from './rig.ts';

/** `npm run soak` plays a Monday: 2,000 people sign in within 5 minutes. */
const isSoak = process.env['SOAK_KILLS'] !== undefined;
const SIGN_INS = Number(process.env['SOAK_SIGN_INS'] ?? (isSoak ? 2000 : 40));
const EVERY_MS = 150;
const DOROTHY = 'dorothy@example.com';
const PATIENCE = 120_000 + SIGN_INS * EVERY_MS * 4;

let rig: Rig;
beforeAll(async () => {
  if (hasBalancers) rig = await startRig({ people: SIGN_INS, orgRate: 6000 });
}, 120_000);
afterAll(() => rig?.close());

const p99 = (values: readonly number[]) => values.toSorted((a, b) => a - b)[Math.ceil(values.length * 0.99) - 1]!;

test.skipIf(!hasBalancers)(
  'a push that three tabs poll on three replicas has one end, and gives one proof',
  async () => {
    const purpose = 'enroll:totp';
    const tabs = rig.replicas.map((replica) => rig.visitor(replica));
    const first = tabs[0]!;
    await first.signIn(DOROTHY);
    /** Tabs of one browser share their cookies. */
    const share = (from: Visitor) => tabs.forEach((tab) => tab === from || tab.plant(from.token()!));
    share(first);
    const [{ id: factorId }] = (await first.call('listFactors')).body.factors as [{ id: string }];
    const begun = await first.call('verifyFactor', { factorId }, { body: { purpose } });
    expect(begun.status).toBe(200);
    const { transactionId, number } = begun.body as { transactionId: string; number?: number };
    const ends = tabs.map(async (tab) => {
      for (let polls = 1; ; polls += 1) {
        const reply: Reply = await tab.call('pollTransaction', { factorId, transactionId }, { poll: true });
        if (reply.cookies.length > 0) share(tab);
        const { factorResult } = reply.body as { factorResult?: string };
        if (reply.status === 200 && factorResult !== 'WAITING') return { factorResult, polls };
        // Another tab has just got the new cookie.
        if (reply.status !== 200 && codeOf(reply) !== 'signed_out') throw new Error(reply.text);
        await pause(100);
      }
    });
    await pause(500);
    await rig.simulator('POST', '/push', { user: DOROTHY, answer: 'approve', ...(number !== undefined && { number }) });
    const all = await Promise.all(ends);
    expect(all.map(({ factorResult }) => factorResult)).toEqual(['SUCCESS', 'SUCCESS', 'SUCCESS']);
    expect(Math.min(...all.map(({ polls }) => polls))).toBeGreaterThan(1);
    const proofs = await rig.store.selectFrom('step_ups').select('strength').where('purpose', '=', purpose).execute();
    expect(proofs).toHaveLength(1);
    const rows = await rig.store
      .selectFrom('audit_log')
      .select('outcome')
      .where('event', '=', 'user.authentication.step_up')
      .execute();
    expect(rows).toEqual([{ outcome: 'success' }]);
  },
);

test.skipIf(!hasBalancers)(
  `${SIGN_INS} people sign in, each opens a page and makes a change: no error`,
  { timeout: PATIENCE },
  async () => {
    const ledger = openLedger();
    const idle: number[] = [];
    const loaded: number[] = [];
    const timed = async (visitor: Visitor, times: number[]) => {
      const began = performance.now();
      expect((await opening(visitor, '/')()).status).toBe(200);
      times.push(performance.now() - began);
    };
    const quiet = rig.visitor();
    await quiet.signIn('grace@example.com');
    for (let n = 0; n < 60; n += 1) await timed(quiet, idle);
    const visits = rig.org.people.map(async (who, index) => {
      await pause(index * EVERY_MS);
      const person = new Person(rig, ledger, who);
      await person.signIn();
      await timed(person.visitor, loaded);
      await person.act();
    });
    await Promise.all(visits);
    const { told, violations, failedGets, lost, refusals } = ledger;
    expect([violations, failedGets, lost, refusals]).toEqual([[], [], {}, {}]);
    expect(told).toHaveLength(SIGN_INS);
    const [calm, busy] = [p99(idle.slice(10)), p99(loaded)];
    console.log(`page p99: ${busy.toFixed(0)} ms, idle ${calm.toFixed(0)} ms`);
    // Other tests beside it would decide this.
    if (isSoak) expect(busy / calm).toBeLessThan(5);
  },
);
