import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { said, type Reply, type Visitor } from '../visitor.ts';
import type { AuditEvent } from '#contract/audit-log/audit-events.ts';
import { hasBalancers } from './balancer.ts';
import { OTHERS, watchExpiries } from './expiries.ts';
import { readCode, openLedger } from './ledger.ts';
import { Person } from './people.ts';
import { opening } from './prober.ts';
import { startRig, type Rig } from './rig.ts';
import { shiftedClock } from './shifted-clock.ts';

/** In `npm run soak`, 2,000 people sign in within 5 minutes, as on a Monday morning. */
const isSoak = process.env['SOAK_KILLS'] !== undefined;
const SIGN_INS = Number(process.env['SOAK_SIGN_INS'] ?? (isSoak ? 2000 : 40));
const EVERY_MS = 150;
/** These people sign in one after another, to measure a page without load. */
const IDLE = isSoak ? 60 : 10;
/** The org's rate-limit window of a minute, plus 2 s for portals that estimate its end wrongly. */
const WINDOW_MS = 62_000;
const DOROTHY = 'dorothy@example.com';
const GRACE = 'grace@example.com';
const PATIENCE = 180_000 + SIGN_INS * EVERY_MS * 4;

let rig: Rig;
beforeAll(async () => {
  // The portals' clocks differ by up to a minute.
  const getEnv = (index: number) => shiftedClock((index - 1) * 30_000);
  if (hasBalancers) rig = await startRig({ people: OTHERS + IDLE + SIGN_INS, orgRate: 6000, getEnv });
});
afterAll(() => rig?.close());

/** One tab on each portal. `share` copies a tab's cookie to the others. */
async function threeTabs(login: string) {
  const tabs = rig.replicas.map((replica) => rig.visitor(replica));
  await tabs[0]!.signIn(login);
  const share = (from: Visitor) => tabs.forEach((tab) => tab === from || tab.plant(from.token()!));
  share(tabs[0]!);
  return { tabs, first: tabs[0]!, share };
}
const getOutcomes = async (event: AuditEvent, subject: string) => {
  const rows = rig.store.selectFrom('audit_log').select('outcome').where('event', '=', event);
  return (await rows.where('subject', '=', subject).where('type', '!=', 'intent').execute()).map(
    ({ outcome }) => outcome,
  );
};
const codeOfApp = async (login: string) => {
  const apps = await rig.simulator<{ provider: string; code: string }[]>('GET', `/authenticators?user=${login}`);
  return apps.find(({ provider }) => provider === 'GOOGLE')!.code;
};
const idOfUser = async (login: string) =>
  (await rig.store.selectFrom('sessions').select('user_id').where('login', '=', login).executeTakeFirstOrThrow())
    .user_id;

const p99 = (values: readonly number[]) => values.toSorted((a, b) => a - b)[Math.ceil(values.length * 0.99) - 1]!;

test.skipIf(!hasBalancers)(
  'a push that three tabs poll on three replicas has one end, and gives one proof',
  async () => {
    const purpose = 'enroll:totp';
    const { tabs, first, share } = await threeTabs(DOROTHY);
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
        // `signed_out`: an answer to another tab has replaced the cookie of this request.
        if (reply.status !== 200 && readCode(reply) !== 'signed_out') throw new Error(reply.text);
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
    expect(await getOutcomes('user.authentication.step_up', await idOfUser(DOROTHY))).toEqual(['success']);
  },
);

test.skipIf(!hasBalancers)('a code that three tabs enter on three replicas gives one proof', async () => {
  const { tabs, first } = await threeTabs(GRACE);
  const { factors } = (await first.call('listFactors')).body as { factors: { id: string; kind: string }[] };
  const { id: factorId } = factors.find(({ kind }) => kind === 'totp')!;
  const body = { passCode: await codeOfApp(GRACE), purpose: `remove:${factorId}` as const };
  const replies = await Promise.all(tabs.map((tab) => tab.call('verifyFactor', { factorId }, { body })));
  const all = replies.map(said).toSorted();
  expect(all[0]).toBe('200');
  // For two tabs, the cookie was already replaced, or the code was already used.
  for (const other of all.slice(1)) expect(['401 signed_out', '403 wrong_code']).toContain(other);
  const userId = await idOfUser(GRACE);
  const proofs = await rig.store.selectFrom('step_ups').select('id').where('purpose', '=', body.purpose).execute();
  expect(proofs).toHaveLength(1);
  const outcomes = await getOutcomes('user.authentication.step_up', userId);
  expect(outcomes.filter((outcome) => outcome === 'success')).toEqual(['success']);
});

test.skipIf(!hasBalancers)('an app that three tabs activate on three replicas is added once', async () => {
  const ada = 'ada@example.com';
  const { tabs, first } = await threeTabs(ada);
  const { factor } = (await first.call('enrollFactor', {}, { body: { kind: 'totp' } })).body as {
    factor: { id: string };
  };
  const body = { passCode: await codeOfApp(ada) };
  const replies = await Promise.all(tabs.map((tab) => tab.call('activateFactor', { factorId: factor.id }, { body })));
  expect(replies.map(said).toSorted()).toEqual(['200', '409 already_enrolled', '409 already_enrolled']);
  const userId = await idOfUser(ada);
  expect(await getOutcomes('user.mfa.factor.activate', userId)).toEqual(['success']);
  const emails = await rig.store
    .selectFrom('outbox')
    .innerJoin('audit_log', 'audit_log.seq', 'outbox.event')
    .select('outbox.address')
    .where('audit_log.subject', '=', userId)
    .where('audit_log.event', '=', 'user.mfa.factor.activate')
    .execute();
  expect(emails.length).toBeGreaterThan(0);
  expect(new Set(emails.map(({ address }) => address)).size).toBe(emails.length);
});

test.skipIf(!hasBalancers)('machines whose clocks are a minute apart end everything at the same time', async () => {
  const started = rig.replicas.map(({ program }) => Number(/"time":(\d+)/.exec(program.said())?.[1]));
  expect(started[2]! - started[0]!).toBeGreaterThan(50_000);
  expect(await watchExpiries(rig, rig.org.people.slice(0, OTHERS))).toEqual([]);
});

test.skipIf(!hasBalancers)(
  `${SIGN_INS} people sign in, each gets a page and makes a change: no error`,
  { timeout: PATIENCE },
  async () => {
    const ledger = openLedger();
    const idle: number[] = [];
    const loaded: number[] = [];
    const timed = async ({ visitor, who }: Person, times: number[]) => {
      const callback = await visitor.password(await visitor.begin(), who.login);
      const { status, headers } = await visitor.step(callback);
      expect([status, headers.location]).toEqual([302, '/']);
      const began = performance.now();
      expect((await opening(visitor, '/')()).status).toBe(200);
      times.push(performance.now() - began);
    };
    const crowd = rig.org.people.slice(OTHERS).map((who) => new Person(rig, ledger, who));
    for (const person of crowd.splice(0, IDLE)) await timed(person, idle);
    // A soak needs the org's whole rate limit, and earlier tests have used a part of it.
    if (isSoak) await pause(WINDOW_MS);
    const visits = crowd.map(async (person, index) => {
      await pause(index * EVERY_MS);
      await timed(person, loaded);
      await person.action();
    });
    await Promise.all(visits);
    const { told, violations, failedGets, lost, refusals } = ledger;
    expect([violations, failedGets, lost, refusals]).toEqual([[], [], {}, {}]);
    expect(told).toHaveLength(SIGN_INS);
    const [calm, busy] = [p99(idle.slice(IDLE / 2)), p99(loaded)];
    console.log(`page p99: ${busy.toFixed(0)} ms, idle ${calm.toFixed(0)} ms`);
    // Otherwise, other tests that run at the same time would change the result.
    if (isSoak) expect(busy / calm).toBeLessThan(5);
  },
);
