import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Agent } from './agents.ts';
import { audit, compare, watchChanges, type OrgChange, type Row } from './auditor.ts';
import { hasBalancers } from './balancer.ts';
import { openLedger } from './ledger.ts';
import { Person } from './people.ts';
import { startRig, type Rig } from './rig.ts';

const PEOPLE = Number(process.env['SOAK_PEOPLE'] ?? 24);
const AGENTS = Math.ceil(PEOPLE / 10);
const KILLS = Number(process.env['SOAK_KILLS'] ?? 6);
/** Milliseconds between two kills. */
const EVERY_MS = process.env['SOAK_KILLS'] ? 5000 : 500;
const THINK_MS = PEOPLE * (process.env['SOAK_KILLS'] ? 15 : 40);
const PATIENCE = 240_000 + KILLS * 15_000;

let rig: Rig;
beforeAll(async () => {
  if (hasBalancers) rig = await startRig({ people: PEOPLE, agents: AGENTS });
});
afterAll(() => rig?.close());

test.skipIf(!hasBalancers)(
  `${KILLS} times a replica is killed: nothing is lost, nothing happens twice, and no read fails`,
  { timeout: PATIENCE },
  async () => {
    const ledger = openLedger();
    const watch = watchChanges(rig);
    const agents = rig.org.agents.map((who) => new Agent(rig, ledger, who));
    const people = rig.org.people.map(
      (who, index) => new Person(rig, ledger, who, { agent: index % 5 === 0 ? agents[index % AGENTS]! : null }),
    );
    for (const one of [...agents, ...people]) await one.signIn();
    let isOver = false;
    const living = Promise.all(people.map((person) => person.live(() => isOver, THINK_MS)));
    for (let kill = 0; kill < KILLS; kill += 1) {
      await pause(EVERY_MS);
      await rig.replicas[kill % rig.replicas.length]!.restart('SIGKILL');
    }
    isOver = true;
    await living;
    // A portal reconciles open intents at its start.
    await pause(13_000);
    await rig.replicas[0]!.restart('SIGTERM');
    const faults = await audit(rig, { people, ledger, watch });
    const { violations: _violations, told, failedGets, repeats, ...numbers } = ledger;
    const counts = { done: told.length, asked: watch.changes.length, failed: failedGets.length };
    const repeated = { repeats: repeats.length, slowestRepeat: Math.max(0, ...repeats) };
    console.log(JSON.stringify({ ...numbers, ...counts, ...repeated }));
    expect([...faults, ...failedGets]).toEqual([]);
    expect(told.length).toBeGreaterThan(PEOPLE);
  },
);

const row = (seq: number, more: Partial<Row>): Row => ({
  seq,
  type: 'intent',
  intent: null,
  event: 'user.mfa.factor.deactivate',
  subject: 'ada',
  factor_id: 'app',
  outcome: null,
  ...more,
});
const intent = row(1, {});
const outcome = row(2, { type: 'outcome', intent: 1, outcome: 'success' });
const removed: OrgChange = { userId: 'ada', what: 'remove', factorId: 'app', status: 204 };
const done = { userId: 'ada', what: 'remove', factorId: 'app' } as const;

test.each<[string, Row[], OrgChange[], (typeof done)[], RegExp | null]>([
  ['nothing wrong', [intent, outcome], [removed], [done], null],
  ['an intent without an outcome', [intent], [removed], [], /has 0 outcomes/],
  ['two outcomes', [intent, outcome, { ...outcome, seq: 3 }], [removed], [], /has 2 outcomes/],
  ['a change without an intent', [], [removed], [], /asked 1 times, by 0 intents/],
  [
    'a change made twice',
    [intent, outcome, row(3, {}), row(4, { ...outcome, intent: 3 })],
    [removed, removed],
    [],
    /made 2 times/,
  ],
  ['an answer that the log does not know', [], [], [done], /told that it was done/],
])('the auditor judges %s', (_what, rows, changes, told, fault) => {
  expect(compare(rows, changes, told)).toEqual(
    fault === null ? [] : expect.arrayContaining([expect.stringMatching(fault)]),
  );
});
