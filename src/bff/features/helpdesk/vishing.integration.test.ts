import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { GRACE, testEnv } from '#testing/test-env.ts';
import { createAttackFixture, type Attack } from './testing/attack-fixture.ts';
import { outOfReach, attacksFromInside } from './testing/attacks-from-inside.ts';
import { attacksFromOutside } from './testing/attacks-from-outside.ts';

const env = await testEnv();

/** Exactly one safeguard stops each attack. Without it, the attacker would have a method on the person's account. */
const attacks = [...attacksFromOutside, ...attacksFromInside];

/** Returns the attacker's methods. */
async function played({ login = GRACE, settings, play }: Attack): Promise<string[]> {
  const fixture = await createAttackFixture(env, settings?.({ env }));
  await play(fixture);
  return fixture.attackersMethods(login);
}

test('there are at least twenty attacks, each with a safeguard of its own', () => {
  expect(attacks.length).toBeGreaterThanOrEqual(20);
  expect(new Set(attacks.map(({ safeguard }) => safeguard)).size).toBe(attacks.length);
});

const titled = <T extends Attack>(all: readonly T[]) =>
  all.map((one) => [`${one.attack} › ${one.safeguard}`, one] as const);

test.each(titled(attacks))('[A8] %s', async (_title, attack) => {
  expect(await played(attack)).toEqual([]);
});

test.each(titled(outOfReach))('out of reach, and named: %s', async (_title, attack) => {
  expect(readFileSync(join(import.meta.dirname, '../../../../docs/security.md'), 'utf8')).toContain(attack.named);
  expect(await played(attack)).toHaveLength(1);
});
