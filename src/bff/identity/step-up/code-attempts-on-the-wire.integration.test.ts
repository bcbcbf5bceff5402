import fc from 'fast-check';
import { expect, test } from 'vitest';
import { withKey } from '#testing/security-methods.ts';
import { GRACE, testEnv } from '#testing/test-env.ts';

/** Three sequences by default, more by `npm run soak`. A failure prints its seed; SOAK_SEED repeats it. */
const { SOAK_RACES = '6', SOAK_SEED: seed } = process.env;

const env = await testEnv();

const order = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom('wrong GOOGLE', 'wrong OKTA', 'lost GOOGLE', 'wrong key', 'many') },
  { weight: 2, arbitrary: fc.constantFrom('right GOOGLE', 'right OKTA', 'right key') },
  { weight: 2, arbitrary: fc.constantFrom('sign in', 'wait 31', 'wait 301', 'another session') },
);

test(
  '[B1] [B3] the org locks no account, whatever is tried through us in any order',
  { timeout: 600_000 },
  async () => {
    let refused = 0;
    const property = fc.asyncProperty(
      fc.array(order, { minLength: 25, maxLength: 40 }),
      fc.boolean(),
      async (orders, holdsKey) => {
        const portal = await env.fresh();
        const withOwnKey = holdsKey ? await withKey(env, portal, GRACE) : null;
        const ids = Object.fromEntries((await env.phone(GRACE)).map(({ provider, factorId }) => [provider, factorId]));
        let grace = await portal.signedIn(GRACE);
        const verify = async (factorId: string, body: object) => {
          const reply = await grace.call('verifyFactor', { factorId }, { body });
          if (reply.body.error?.closed === 'all') refused += 1;
          return reply;
        };
        const code = async (provider: string, right: boolean) =>
          String((Number(await env.code(GRACE, provider)) + (right ? 0 : 345_678)) % 1_000_000).padStart(6, '0');
        for (const one of orders) {
          const [action, what = ''] = one.split(' ');
          if (action === 'wait') env.advance(Number(what));
          else if (action === 'another') grace = await portal.signedIn(GRACE);
          else if (action === 'sign') {
            env.advance(3);
            await grace.stepUp('codes', GRACE);
          } else if (what === 'key') {
            if (!withOwnKey) continue;
            const { challenge } = await verify(withOwnKey.factorId, {}).then(({ body }) => body);
            const signed = challenge?.options.challenge ?? 'AAAAAAAAAAAAAAAAAAAA';
            await verify(
              withOwnKey.factorId,
              withOwnKey.key.assert(signed, action === 'right' ? {} : { rpId: 'evil.example' }),
            );
          } else if (action === 'many') {
            const guesses = await Promise.all(
              Array.from({ length: 6 }, (_, n) => code(n % 2 ? 'OKTA' : 'GOOGLE', false)),
            );
            await Promise.all(guesses.map((passCode, n) => verify(ids[n % 2 ? 'OKTA' : 'GOOGLE']!, { passCode })));
          } else {
            if (action === 'lost') await env.fault({ match: 'POST /api/v1/users/*/factors/*/verify', cut: 'after' });
            await verify(ids[what]!, { passCode: await code(what, action === 'right') });
            await env.clearFaults();
          }
        }
        const found = await fetch(`${env.emulator.url}/api/v1/users/${GRACE}`, {
          headers: { authorization: `SSWS ${env.emulator.apiToken}` },
        });
        expect(((await found.json()) as { status: string }).status).toBe('ACTIVE');
      },
    );
    const check = await fc.check(property, {
      numRuns: Math.ceil(Number(SOAK_RACES) / 2),
      endOnFailure: true,
      ...(seed !== undefined && { seed: Number(seed) }),
    });
    expect(check.failed, fc.defaultReportMessage(check)).toBe(false);
    expect(refused).toBeGreaterThan(0);
    console.log(`tries at the wire: seed ${check.seed}`);
  },
);
