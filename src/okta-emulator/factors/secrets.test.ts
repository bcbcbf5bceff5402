import { randomBytes } from 'node:crypto';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ADA, testEmulator } from '../testing/emulator.ts';
import { decodeBase32 } from '../wire/base32.ts';
import { googleTotp } from './totp/kind.ts';
import { hotp, stepAt } from './totp/otp.ts';

it('[F5] shows a secret in the answer to the enrollment only, before and after activation', async () => {
  const emulator = await testEmulator();
  const { id, _embedded } = await emulator.enroll(ADA);
  const secret = _embedded?.activation.sharedSecret ?? '';
  expect(secret).toMatch(/^[A-Z2-7]{32}$/);
  const seen: string[] = [];
  const look = async () => {
    for (const path of ['', `/${id}`, '/catalog', '/questions'])
      seen.push(JSON.stringify((await emulator.api('GET', `/users/${ADA}/factors${path}`)).body));
    seen.push(
      JSON.stringify((await emulator.api('GET', `/users/${ADA}`)).body),
      JSON.stringify((await emulator.api('GET', '/users')).body),
    );
    seen.push(await (await fetch(`${emulator.simulatorUrl}?user=${ADA}`)).text());
  };
  await look();
  const activated = await emulator.api('POST', `/users/${ADA}/factors/${id}/lifecycle/activate`, {
    passCode: await emulator.code(ADA),
  });
  expect(activated.status).toBe(200);
  seen.push(JSON.stringify(activated.body));
  await look();
  for (const text of seen) {
    expect(text).not.toContain(secret);
    expect(text).not.toContain('activation"');
  }
});

it('[F4] makes every secret different, of 160 bits, or of 80 like Okta’s own when configured', async () => {
  const emulator = await testEmulator();
  const secrets = new Set<string>();
  for (let count = 0; count < 50; count++)
    secrets.add((await emulator.enroll(ADA))._embedded?.activation.sharedSecret ?? '');
  expect(secrets.size).toBe(50);
  const likeOkta = await testEmulator({ secretLength: 16 });
  expect((await likeOkta.enroll(ADA))._embedded?.activation.sharedSecret).toMatch(/^[A-Z2-7]{16}$/);
});

it('[F5] replaces the secret when a pending factor is enrolled again, under the same id', async () => {
  const emulator = await testEmulator();
  const first = await emulator.enroll(ADA);
  const second = await emulator.enroll(ADA);
  expect(second.id).toBe(first.id);
  const old = decodeBase32(first._embedded?.activation.sharedSecret ?? '') ?? Buffer.alloc(0);
  const passCode = hotp(old, stepAt(emulator.clock.now()));
  expect(
    (await emulator.api('POST', `/users/${ADA}/factors/${first.id}/lifecycle/activate`, { passCode })).status,
  ).toBe(403);
});

it('[F13] keeps secrets in files that only their owner can read', async () => {
  const emulator = await testEmulator();
  await emulator.activated(ADA);
  const files = readdirSync(emulator.dataDir);
  expect(files).toEqual(expect.arrayContaining(['emulator.sqlite', 'emulator-keys.json']));
  expect(files.map((file) => statSync(join(emulator.dataDir, file)).mode & 0o777)).toEqual(files.map(() => 0o600));
});

/** Chi-square of the letters, with 31 degrees of freedom for each position. */
function chiSquare(secrets: readonly string[], length: number): number {
  const expected = secrets.length / 32;
  let sum = 0;
  for (let place = 0; place < length; place += 1) {
    const counts = new Map<string, number>();
    for (const secret of secrets) counts.set(secret[place]!, (counts.get(secret[place]!) ?? 0) + 1);
    for (const letter of 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567')
      sum += ((counts.get(letter) ?? 0) - expected) ** 2 / expected;
  }
  return sum;
}

it('[F4] 10,000 secrets are 160 bits each, all different, and all letters are equally likely', () => {
  const made = (random: (bytes: number) => Buffer): string[] =>
    Array.from({ length: 10_000 }, () => {
      const input = {
        emulator: { random, secretLength: 32 },
        id: 'uft',
        person: { login: ADA },
        body: {},
        below: (path: string) => path,
      };
      const { activation } = googleTotp.enroll!(input as never) as unknown as { activation: { sharedSecret: string } };
      return activation.sharedSecret;
    });
  const secrets = made(randomBytes);
  expect(secrets.filter((secret) => !/^[A-Z2-7]{32}$/.test(secret))).toEqual([]);
  expect(new Set(secrets).size).toBe(10_000);
  // With 992 degrees of freedom, a correct generator is outside these bounds once in 10^9 runs.
  const [least, most] = [747, 1283];
  expect(chiSquare(secrets, 32)).toSatisfy((found: number) => found > least && found < most);
  // One bit is 1 with a probability of 0.7. The sum is then 1,600 higher, with a deviation of 90.
  const leaning = made((bytes) => {
    const drawn = randomBytes(bytes);
    if (drawn[1]! < 102) drawn[0]! |= 0x80;
    return drawn;
  });
  expect(chiSquare(leaning, 32)).toBeGreaterThan(most);
});
