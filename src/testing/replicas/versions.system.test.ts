import { rmSync } from 'node:fs';
import { expect, test } from 'vitest';
import { audit, watchChanges } from './auditor.ts';
import { hasBalancers } from './balancer.ts';
import { openLedger } from './ledger.ts';
import { olderSources } from './older-version.ts';
import { Person } from './people.ts';
import { startRig } from './rig.ts';

const PEOPLE = 4;
const CHANGES = 12;

test.skipIf(!hasBalancers)('a portal of the older version runs beside one of this version', async () => {
  const older = olderSources();
  if ('none' in older) return console.log(`no older version was started beside this one: ${older.none}`);
  // The older portal starts first, so this version migrates the tables while the older portal runs.
  const rig = await startRig({
    people: PEOPLE,
    portals: 2,
    getFolder: (index) => (index === 0 ? older.folder : undefined),
  });
  try {
    const [old, current] = rig.replicas;
    const [login] = rig.org.people.map((who) => who.login);
    for (const [first, second] of [
      [old!, current!],
      [current!, old!],
    ] as const) {
      const visitor = rig.visitor(first);
      await visitor.signIn(login!);
      const list = await visitor.call('listFactors');
      const there = rig.visitor(second);
      there.plant(visitor.token()!);
      expect([list.status, (await there.call('listFactors')).body]).toEqual([200, list.body]);
    }
    const ledger = openLedger();
    const watch = watchChanges(rig);
    const people = rig.org.people.map((who) => new Person(rig, ledger, who));
    for (const person of people) await person.signIn();
    await Promise.all(people.map((person) => person.live(() => ledger.told.length >= CHANGES, 20)));
    expect(await audit(rig, { people, ledger, watch })).toEqual([]);
    expect(ledger.failedGets).toEqual([]);
    expect(ledger.told.length).toBeGreaterThanOrEqual(CHANGES);
    console.log(`beside ${older.commit}: ${ledger.told.length} changes`);
  } finally {
    await rig.close();
    rmSync(older.folder, { recursive: true, force: true });
  }
});
