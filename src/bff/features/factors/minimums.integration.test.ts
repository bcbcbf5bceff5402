import fc from 'fast-check';
import { expect, test } from 'vitest';
import { idOf, withKey } from '#testing/security-methods.ts';
import { MARGARET, testEnv, type Portal } from '#testing/test-env.ts';
import { said, type Visitor } from '#testing/visitor.ts';

/** The number of races; `npm run soak` runs more. A failure prints the seed. */
const { SOAK_RACES = '6', SOAK_SEED: seed } = process.env;

const env = await testEnv();

const pause = () => new Promise<void>((resolve) => setTimeout(resolve, 1));
type Listed = { id: string; kind: string; strength: number };
const methodsOf = async (who: Visitor): Promise<Listed[]> => (await who.call('listFactors')).body.factors;
const remove = (who: Visitor, factorId: string) => who.call('deleteFactor', { factorId });
const stepUp = (portal: Portal, who: Visitor, factorId: string) => portal.stepUp(who, `remove:${factorId}`, 4);

test('from its date on, a minimum keeps what is left, and the list says what is missing and until when', async () => {
  const from = env.clock.now() + 60_000;
  const portal = await env.fresh({ app: { minimums: { methods: 4, phishingResistant: 1, from } } });
  const margaret = await portal.signedIn(MARGARET);
  const shortfall = async () => (await margaret.call('getHome')).body.shortfall;
  const missing = { methods: { least: 4, missing: 0 }, phishingResistant: { least: 1, missing: 1 }, replaced: null };
  expect(await shortfall()).toEqual({ ...missing, from: new Date(from).toISOString() });
  const question = await idOf(margaret, 'question');
  expect((await margaret.call('getFactor', { factorId: question })).body.removal.allowed).toBe(true);
  env.advance(61);
  expect(await shortfall()).toEqual({ ...missing, from: null });
  expect((await margaret.call('getFactor', { factorId: question })).body.removal).toEqual({
    allowed: false,
    reason: 'minimum_methods',
    least: 4,
  });
  await stepUp(portal, margaret, question);
  await env.takeRequests();
  expect(said(await remove(margaret, question))).toBe('409 minimum_methods');
  expect((await env.takeRequests()).filter(({ method }) => method !== 'GET')).toEqual([]);
  const { factorId } = await withKey(env, portal, MARGARET);
  expect(await shortfall()).toBeNull();
  await stepUp(portal, margaret, factorId);
  expect(said(await remove(margaret, factorId))).toBe('409 minimum_phishing_resistant');
  // The refused removal left its step-up; with five methods one may go.
  expect(said(await remove(margaret, question))).toBe('204');
  const refusals = await portal.auditRows({ event: 'access.refused' }, 'reason');
  expect(refusals.map(({ reason }) => reason)).toEqual([
    'deleteFactor: minimum_methods',
    'deleteFactor: minimum_phishing_resistant',
  ]);
});

/** A person with four methods and `keys`; four tabs, two a portal; what each tab tries to remove, in its order. */
const race = fc.record({
  methods: fc.integer({ min: 1, max: 4 }),
  phishingResistant: fc.integer({ min: 0, max: 2 }),
  keys: fc.integer({ min: 0, max: 2 }),
  tabs: fc.array(fc.array(fc.nat(5), { minLength: 1, maxLength: 3 }), { minLength: 4, maxLength: 4 }),
});

test('the minimums hold whatever four racing tabs remove', async () => {
  await fc.assert(
    fc.asyncProperty(race, async ({ methods, phishingResistant, keys, tabs }) => {
      const app = { minimums: { methods, phishingResistant, from: null }, pause };
      const one = await env.fresh({ app });
      const other = await env.another({ app: { ...app, store: one.store } });
      for (let made = 0; made < keys; made += 1) await withKey(env, one, MARGARET);
      const browsers = await Promise.all(
        tabs.map(async (_, index) => {
          const portal = index % 2 === 0 ? one : other;
          return { portal, who: await portal.signedIn(MARGARET) };
        }),
      );
      const before = await methodsOf(browsers[0]!.who);
      const answers = await Promise.all(
        browsers.map(async ({ portal, who }, tab) => {
          const seen: string[] = [];
          for (const pick of tabs[tab]!) {
            const { id } = before[pick % before.length]!;
            await stepUp(portal, who, id);
            seen.push(said(await remove(who, id)));
          }
          return seen;
        }),
      );
      const after = await methodsOf(browsers[0]!.who);
      const resistant = (list: Listed[]) => list.filter(({ strength }) => strength === 4).length;
      expect(after.length).toBeGreaterThanOrEqual(Math.min(before.length, methods));
      expect(resistant(after)).toBeGreaterThanOrEqual(Math.min(resistant(before), phishingResistant));
      const known = [
        '204',
        '404 not_found',
        '409 last_factor',
        '409 minimum_methods',
        '409 minimum_phishing_resistant',
      ];
      expect(answers.flat().filter((answer) => !known.includes(answer))).toEqual([]);
      expect(answers.flat().filter((answer) => answer === '204')).toHaveLength(before.length - after.length);
    }),
    { numRuns: Math.ceil(Number(SOAK_RACES) / 2), ...(seed !== undefined && { seed: Number(seed) }) },
  );
});
