import { setTimeout as pause } from 'node:timers/promises';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { compare, watchChanges } from './auditor.ts';
import { hasBalancers } from './balancer.ts';
import { readCode, openLedger, send } from './ledger.ts';
import { Person } from './people.ts';
import { startProber, type Probe } from './prober.ts';
import { startRig, type Rig } from './rig.ts';

/** The limit for an answer, and for the first successful request after an outage. */
const SOON_MS = 5000;
const SLACK_MS = 15_000;

let rig: Rig;
let person: Person;
let factorId: string;
beforeAll(async () => {
  if (!hasBalancers) return;
  rig = await startRig({ byNetwork: true, people: 6, portals: 2 });
  person = new Person(rig, openLedger(), rig.org.people[0]!);
  await person.signIn();
  await person.action();
  factorId = (await person.list())![0]!.id;
});
afterAll(() => rig?.close());

const works = ({ answer }: Probe) => answer === 200;

/** Renaming a method needs no step-up. */
async function rename() {
  const call = { params: { factorId }, body: { name: `mine ${performance.now()}` } };
  const reply = await send(person, 'nameFactor', call);
  if (!reply) throw new Error('the answer was lost');
  return reply;
}

type Outage = {
  awayMs: number;
  begin(): Promise<unknown> | void;
  end(): Promise<unknown> | void;
  reads?: 'some' | 'all';
};
const setting = async (text: string) => {
  await sql`ALTER SYSTEM SET ${sql.raw(text)}`.execute(rig.store);
  await sql`SELECT pg_reload_conf()`.execute(rig.store);
};
const outages: Record<string, Outage> = {
  'the server restarts': {
    awayMs: 1500,
    begin: () => rig.postgres.stop('fast'),
    end: () => rig.postgres.start(),
  },
  'connections are cut': { awayMs: 500, begin: () => rig.network.cut(), end: () => {}, reads: 'some' },
  'the network is silent': { awayMs: 6000, begin: () => rig.network.silence(), end: () => rig.network.restore() },
  'the network refuses': { awayMs: 1500, begin: () => rig.network.refuse(), end: () => rig.network.restore() },
  'the standby is gone': {
    awayMs: 15_000,
    begin: () => setting("synchronous_standby_names = 'nobody'"),
    end: () => setting("synchronous_standby_names = ''"),
    reads: 'all',
  },
  'the primary turned read-only': {
    awayMs: 1500,
    async begin() {
      await sql`ALTER SYSTEM SET default_transaction_read_only = on`.execute(rig.store);
      await sql`SELECT pg_reload_conf()`.execute(rig.store);
    },
    async end() {
      await sql`ALTER SYSTEM RESET default_transaction_read_only`.execute(rig.store);
      await sql`SELECT pg_reload_conf()`.execute(rig.store);
    },
    reads: 'some',
  },
};

/** Without a soak, these are the two that differ most. */
const tried = process.env['SOAK_KILLS']
  ? Object.keys(outages)
  : ['the server restarts', 'the network is silent', 'the standby is gone'];

test.skipIf(!hasBalancers).each(tried.map((what) => [what, outages[what]!] as const))(
  '%s: every request is answered soon and clearly, and all works soon after',
  { timeout: 240_000 },
  async (_what, { awayMs, begin, end, reads }) => {
    const ledger = openLedger();
    const watch = watchChanges(rig);
    const others = rig.org.people.slice(1).map((who) => new Person(rig, ledger, who));
    for (const other of others) await other.signIn();
    let isOver = false;
    const living = Promise.all(others.map((other) => other.live(() => isOver, 100)));
    const changes = startProber(rename);
    const lists = rig.replicas.map((replica) => {
      const visitor = rig.visitor(replica);
      visitor.plant(person.visitor.token()!);
      return startProber(() => visitor.call('listFactors'));
    });
    await pause(500);
    await begin();
    const away = performance.now();
    await pause(awayMs);
    await end();
    const back = performance.now();
    const probers = [changes, ...lists];
    const isWell = ({ probes }: { probes: Probe[] }) => probes.some((probe) => probe.begun > back && works(probe));
    await expect.poll(() => probers.every(isWell), { interval: 20 }).toBe(true);
    isOver = true;
    await living;
    for (const prober of probers) await prober.stop();
    await watch.stop();

    const all = probers.flatMap(({ probes }) => probes);
    // 503 is `store_unavailable`. A change gets 429, `busy`, if an earlier one still waits for the store after 15 s.
    const isNot =
      (...clear: Probe['answer'][]) =>
      ({ answer }: Probe) =>
        !clear.includes(answer);
    expect(changes.probes.filter(isNot(200, 503, 429))).toEqual([]);
    expect(lists.flatMap(({ probes }) => probes).filter(isNot(200, 503))).toEqual([]);
    expect(Math.max(...all.map(({ ms }) => ms))).toBeLessThan(SOON_MS + SLACK_MS);
    for (const { probes } of probers) {
      const first = probes.find((probe) => probe.begun > back && works(probe))!;
      expect(first.begun + first.ms - back).toBeLessThan(SOON_MS + SLACK_MS);
    }
    const during = ({ begun }: Probe) => begun > away + 500 && begun < back - 500;
    if (reads === 'all')
      expect(lists.flatMap(({ probes }) => probes.filter(during)).filter((one) => !works(one))).toEqual([]);
    if (!reads) expect(all.filter(during).filter(works)).toEqual([]);
    expect(Object.keys(ledger.refusals).filter((code) => code === 'internal')).toEqual([]);
    const rows = await rig.store
      .selectFrom('audit_log')
      .select(['seq', 'type', 'intent', 'event', 'subject', 'factor_id', 'outcome'])
      .execute();
    expect(compare(rows, watch.changes, []).filter((fault) => !fault.includes('outcomes'))).toEqual([]);
  },
);

test.skipIf(!hasBalancers)('while the store is read-only a change says so, and the org is not asked', async () => {
  await outages['the primary turned read-only']!.begin();
  try {
    await expect.poll(async () => readCode(await rename())).toBe('store_unavailable');
    expect((await person.list())?.length).toBeGreaterThan(0);
  } finally {
    await outages['the primary turned read-only']!.end();
  }
});
