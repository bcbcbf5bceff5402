import fc from 'fast-check';
import { expect, test } from 'vitest';
import { findId, withKey } from '#testing/security-methods.ts';
import { GRACE, testEnv, type Portal } from '#testing/test-env.ts';
import { said, type Visitor } from '#testing/visitor.ts';

/** `npm run soak` runs more races. A failure prints the seed. */
const { SOAK_RACES = '6', SOAK_SEED: seed } = process.env;
/** Her app, Okta Verify and text messages can all be replaced. */
const EVELYN = 'evelyn@example.com';

const env = await testEnv();

const pause = () => new Promise<void>((resolve) => setTimeout(resolve, 1));
type Listed = { id: string; kind: string; status: string };
const methodsOf = async (who: Visitor): Promise<Listed[]> => (await who.call('listFactors')).body.factors;

const bodies: Record<string, object> = {
  totp: { kind: 'totp' },
  'okta-verify': { kind: 'okta-verify', method: 'totp' },
  sms: { kind: 'sms', phoneNumber: '+15550100161' },
};

/** `pick`: the index of a method that the person has at the start. */
const action = fc.record({ what: fc.constantFrom('replace', 'replace', 'remove'), pick: fc.nat(4) });
/** Four tabs in two browsers. Each browser uses its own portal. */
const race = fc.record({
  keys: fc.integer({ min: 0, max: 2 }),
  tabs: fc.array(fc.array(action, { minLength: 1, maxLength: 3 }), { minLength: 4, maxLength: 4 }),
});

const known = [
  '201',
  '204',
  '400 bad_request',
  '403 step_up_required',
  '404 not_found',
  '409 already_enrolled',
  '409 last_factor',
  '409 open_elsewhere',
  '429 sent_too_soon',
];

test('[A6] whatever four tabs replace and remove, one method works at every moment', async () => {
  await fc.assert(
    fc.asyncProperty(race, async ({ keys, tabs }) => {
      const app = { pause };
      const one = await env.fresh({ app });
      const other = await env.another({ app: { ...app, store: one.store } });
      for (let made = 0; made < keys; made += 1) await withKey(env, one, EVELYN);
      const browsers = await Promise.all(
        [one, other].map(async (portal) => ({ portal, who: await portal.signedIn(EVELYN) })),
      );
      const [{ who: watcher }] = browsers as [{ portal: Portal; who: Visitor }];
      const before = await methodsOf(watcher);
      const working = async () => (await methodsOf(watcher)).filter(({ status }) => status === 'ACTIVE');
      const answers: string[] = [];
      let fewest = before.length;
      await Promise.all(
        tabs.map(async (actions, tab) => {
          const { portal, who } = browsers[tab % 2]!;
          for (const { what, pick } of actions) {
            const { id: factorId, kind } = before[pick % before.length]!;
            await portal.stepUp(who, `${what}:${factorId}`, 4);
            const body = bodies[kind] ?? { kind };
            const reply = await (what === 'remove'
              ? who.call('deleteFactor', { factorId })
              : who.call('replaceFactor', { factorId }, { body }));
            answers.push(said(reply));
            fewest = Math.min(fewest, (await working()).length);
          }
        }),
      );
      expect(answers.filter((answer) => !known.includes(answer))).toEqual([]);
      expect(fewest).toBeGreaterThanOrEqual(1);
      const after = await working();
      // A method that is gone without a removal is being replaced, so it counts as working.
      const gone = before.filter(({ id }) => !after.some((still) => still.id === id));
      const removed = answers.filter((answer) => answer === '204').length;
      expect(after.length + (gone.length - removed)).toBeGreaterThanOrEqual(1);
    }),
    { numRuns: Math.ceil(Number(SOAK_RACES) / 2), ...(seed !== undefined && { seed: Number(seed) }) },
  );
});

test('two tabs of one session, each at another portal, replace an app once: the second learns of the first', async () => {
  const one = await env.fresh({ app: { pause } });
  const other = await env.another({ app: { store: one.store, pause } });
  const first = await one.signedIn(GRACE);
  const second = other.visitor();
  second.plant(first.token()!);
  const old = await findId(first, 'totp');
  await one.stepUp(first, `replace:${old}`, 3);
  await env.takeRequests();
  const replace = (who: Visitor, more: object = {}) =>
    who.call('replaceFactor', { factorId: old }, { body: { kind: 'totp', ...more } });
  const replies = await Promise.all([replace(first), replace(second)]);
  expect(replies.map(said).sort()).toEqual(['201', '409 open_elsewhere']);
  const changes = async () =>
    (await env.takeRequests()).filter(({ method }) => method !== 'GET').map(({ method }) => method);
  expect(await changes()).toEqual(['DELETE', 'POST']);
  const made = replies.find(({ status }) => status === 201)!.body.factor as { id: string };
  const told = replies.find(({ status }) => status === 409)!.body.error as { factorId: string };
  expect(told.factorId).toBe(made.id);
  expect(said(await second.call('enrollFactor', {}, { body: { kind: 'totp' } }))).toBe('409 open_elsewhere');
  // The second tab can finish the first tab's enrollment, or start again if the person confirms.
  expect((await second.call('getFactor', { factorId: made.id })).body.enrollment).toMatchObject({ how: 'secret' });
  expect(said(await replace(second, { startOver: true }))).toBe('201');
  expect(await changes()).toEqual(['POST']);
  const passCode = (await env.phone(GRACE)).find(({ factorId }) => factorId === made.id)!.code;
  expect(said(await first.call('activateFactor', { factorId: made.id }, { body: { passCode } }))).toBe('200');
});
