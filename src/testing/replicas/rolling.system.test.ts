import { afterAll, beforeAll, expect, test } from 'vitest';
import { freePort } from '../free-port.ts';
import { hasBalancers, startBalancer, type Balancer } from './balancer.ts';
import { openLedger } from './ledger.ts';
import { Person } from './people.ts';
import { opening, startProber } from './prober.ts';
import { startRig, type Rig } from './rig.ts';

const PEOPLE = 12;
let rig: Rig;
let nginx: Balancer;
beforeAll(async () => {
  if (!hasBalancers) return;
  rig = await startRig({ people: PEOPLE });
  nginx = await startBalancer(
    'nginx',
    await freePort(),
    rig.replicas.map(({ port }) => port),
  );
});
afterAll(async () => {
  await nginx?.stop();
  await rig?.close();
});

test.skipIf(!hasBalancers)(
  'a rolling restart by SIGTERM, behind HAProxy and nginx: every request is answered',
  { timeout: 180_000 },
  async () => {
    const ledger = openLedger();
    // nginx gets only reads here. It notices an ended portal only when a connection is refused, so a change could fail.
    const people = rig.org.people.map((who) => new Person(rig, ledger, who));
    for (const person of people) await person.signIn();
    let isOver = false;
    const living = Promise.all(people.map((person) => person.live(() => isOver, 200)));
    const probers = [undefined, nginx].flatMap((via) =>
      ['/signed-out', '/livez', '/'].map((path) => startProber(opening(rig.visitor(via), path), 10)),
    );
    const codes: (number | null)[] = [];
    for (const replica of rig.replicas) codes.push(await replica.restart('SIGTERM'));
    isOver = true;
    await living;
    for (const prober of probers) await prober.stop();
    const probes = probers.flatMap((prober) => prober.probes);
    expect(probes.filter(({ answer }) => typeof answer === 'string' || answer >= 500)).toEqual([]);
    expect([codes, ledger.lost, ledger.failedGets, ledger.cutGets, ledger.violations]).toEqual([
      [0, 0, 0],
      {},
      [],
      0,
      [],
    ]);
    expect(probes.length).toBeGreaterThan(200);
    expect(ledger.told.length).toBeGreaterThan(PEOPLE);
  },
);
