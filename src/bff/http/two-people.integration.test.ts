import type { PurposeText } from '#contract/purposes.ts';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { withKey, withPush } from '#testing/security-methods.ts';
import { ADA, GRACE, HEDY, MARGARET, testEnv, type Portal } from '#testing/test-env.ts';
import { getBody, routes } from '#testing/requests/route-table.ts';
import { said, type Reply, type Visitor } from '#testing/visitor.ts';

const onFactors = routes.filter(({ params }) => params.includes('factorId'));

const env = await testEnv({ rateLimit: 0 });
let portal: Portal;
let grace: Visitor;
let ownPush: string;
/** Pending and active factors, for each way to activate or verify. */
const theirs: Record<string, { factorId: string; transactionId: string }> = {};

beforeAll(async () => {
  portal = await env.fresh();
  grace = await portal.signedIn(GRACE);
  const [ada, hedy, margaret] = [
    await portal.signedIn(ADA),
    await portal.signedIn(HEDY),
    await portal.signedIn(MARGARET),
  ];
  const stepUp = (who: Visitor, purpose: PurposeText) => portal.stepUp(who, purpose, 4);
  const begun = async (who: Visitor, body: object) =>
    (await who.call('enrollFactor', {}, { body })).body.factor.id as string;
  const keep = (what: string, factorId: string, transactionId = 'v2mst.0000000000000000') =>
    void (theirs[what] = { factorId, transactionId });
  keep('a code that was sent', await begun(ada, { kind: 'sms', phoneNumber: '+15550100123' }));
  keep('a phone that is waited for', await begun(ada, { kind: 'okta-verify', method: 'push' }));
  keep('a key that is made', await begun(ada, { kind: 'webauthn' }));
  for (const { id, kind } of (await margaret.call('listFactors')).body.factors as { id: string; kind: string }[])
    keep(kind, id);
  keep('a key', (await withKey(env, portal, MARGARET)).factorId);
  const push = await withPush(env, HEDY);
  await stepUp(hedy, 'sessions');
  const { transactionId } = (await hedy.call('verifyFactor', { factorId: push }, { body: {} })).body as {
    transactionId: string;
  };
  keep('a push that waits', push, transactionId);
  ownPush = await withPush(env, GRACE);
  expect(Object.keys(theirs)).toHaveLength(9);
  expect(theirs['a push that waits']!.transactionId).toMatch(/^v2mst/);
});

const essence = ({ body, headers, ...reply }: Reply) => {
  expect(body, 'is refused').toHaveProperty('error');
  const { requestId: _own, ...error } = (body as { error: Record<string, unknown> }).error;
  return { said: said({ body, headers, ...reply }), error, headers: { ...headers, 'x-request-id': '', date: '' } };
};
const none = { factorId: 'opf00000000000000000', transactionId: 'v2mst.1111111111111111' };

test.each(onFactors)(
  '[A2] $name: answers for another person’s id as for an unknown one, and makes the same calls',
  async ({ name }) => {
    const ask = async (params: typeof none) => {
      await env.takeRequests();
      const reply = await grace.call(name, params, { body: getBody(name) });
      return { ...essence(reply), asked: (await env.takeRequests()).map(({ method, path }) => `${method} ${path}`) };
    };
    await ask(none);
    const expected = await ask(none);
    expect(expected.said).toBe('404 not_found');
    for (const [what, params] of Object.entries(theirs)) expect([what, await ask(params)]).toEqual([what, expected]);
  },
);

test('[A2] one’s own method does not give access to another person’s transaction', async () => {
  const { transactionId } = theirs['a push that waits']!;
  for (const name of ['pollTransaction', 'cancelTransaction'] as const) {
    const foreign = essence(await grace.call(name, { factorId: ownPush, transactionId }));
    expect(foreign).toEqual(essence(await grace.call(name, { factorId: ownPush, transactionId: none.transactionId })));
  }
  expect(await env.simulator<unknown[]>('GET', `/pushes?user=${HEDY}`)).toHaveLength(1);
});

/** `npm run soak` sends 10,000 requests. A failure prints its seed, which SOAK_SEED repeats. */
const { SOAK_REQUESTS: count = '800', SOAK_SEED: seed } = process.env;
const TURN = 50;

describe('random calls with random ids', () => {
  let mine: string;
  let own: Record<string, string[]>;
  let foreign: Record<string, string[]>;
  let played = 0;
  let compared = 0;

  beforeAll(async () => {
    const { transactionId } = (await grace.call('verifyFactor', { factorId: ownPush }, { body: {} })).body as {
      transactionId: string;
    };
    const sessions = await portal.store.selectFrom('sessions').select(['id', 'user_id', 'login']).execute();
    const other = sessions.find(({ login }) => login === ADA)!;
    mine = sessions.find(({ login }) => login === GRACE)!.user_id;
    own = {
      factorId: (await grace.call('listFactors')).body.factors.map(({ id }: { id: string }) => id),
      transactionId: [transactionId],
    };
    foreign = {
      factorId: Object.values(theirs).map((one) => one.factorId),
      transactionId: [theirs['a push that waits']!.transactionId],
      userId: [other.user_id],
      id: [other.id],
    };
  });

  /** Belongs to nobody, but has the same length and form. */
  const nobodys = (id: string) => id.slice(0, 5) + id.slice(5).replaceAll(/[0-9A-Za-z]/g, '0');

  const pick = fc.record({ whose: fc.constantFrom('foreign', 'foreign', 'foreign', 'own', 'nobody'), n: fc.nat(20) });
  const asking = fc.record({
    route: fc.oneof(
      { weight: 4, arbitrary: fc.constantFrom(...routes.filter(({ params }) => params.length > 0)) },
      fc.constantFrom(
        ...routes.filter(
          ({ name, params }) => params.length === 0 && !['endOtherSessions', 'freezeMyself'].includes(name),
        ),
      ),
    ),
    picks: fc.tuple(pick, pick),
    whole: fc.nat(3).map((one) => one !== 1),
  });

  /** The emulator keeps its last 20,000 requests, so the test reads them in parts, back to the last marker. */
  const mark = () => fetch(`${env.emulator.url}/api/v1/users/${mine}/mark-${played}`);
  async function onlyOwn(from: number): Promise<void> {
    const newest = await env.simulator<{ path: string }[]>('GET', '/requests?limit=2000');
    const paths = newest
      .map(({ path }) => path)
      .filter((path) => path.startsWith('/api/v1/') && path !== '/api/v1/org');
    const begun = paths.findIndex((path) => path.endsWith(`/mark-${from}`));
    expect(begun, 'the mark').toBeGreaterThanOrEqual(0);
    expect(paths.slice(0, begun).filter((path) => !`${path}/`.startsWith(`/api/v1/users/${mine}/`))).toEqual([]);
  }

  async function atRandom(call: Visitor['call'], requests = 800) {
    [played, compared] = [0, 0];
    await mark();
    const property = fc.asyncProperty(asking, async ({ route: { name, params }, picks, whole }) => {
      const fill = (mask: (id: string) => string) =>
        Object.fromEntries(
          params.map((param, place) => {
            const { whose, n } = picks[place]!;
            const of = (ids: string[] = ['0']) => ids[n % ids.length]!;
            return [
              param,
              whose === 'own'
                ? of(own[param])
                : whose === 'foreign'
                  ? mask(of(foreign[param]))
                  : nobodys(of(foreign[param])),
            ];
          }),
        ) as typeof none;
      // Malformed codes would lock Grace out, and then all answers would be equal.
      const counts = picks[0].whose === 'own' && (name === 'verifyFactor' || name === 'activateFactor');
      const ask = (mask: (id: string) => string) =>
        call(name, fill(mask), { body: getBody(name) && (whole && !counts ? getBody(name) : {}) });
      if (params.some((_, place) => picks[place]!.whose === 'foreign')) {
        expect([name, essence(await ask((id) => id))]).toEqual([name, essence(await ask(nobodys))]);
        compared += 1;
      } else await ask((id) => id);
      for (const table of ['lockout_misses', 'wrong_code_counts', 'code_attempts'] as const)
        await portal.store.deleteFrom(table).execute();
      played += 1;
      if (played % TURN !== 0) return;
      await onlyOwn(played - TURN);
      await mark();
    });
    return fc.check(property, {
      numRuns: Math.ceil(requests / 2),
      endOnFailure: true,
      ...(seed !== undefined && { seed: Number(seed) }),
    });
  }

  test('[A2] another person’s ids answer like unknown ones, and the org sees only one’s own paths', async () => {
    const details = await atRandom(grace.call, Number(count));
    expect(fc.defaultReportMessage(details)).toBeUndefined();
    await onlyOwn(played - (played % TURN));
    expect(compared).toBeGreaterThan(played / 3);
  }, 3_600_000);

  test('detects a planted difference in an answer, and a planted call about another person', async () => {
    const different = await atRandom(async (name, params, options) => {
      const reply = await grace.call(name, params, options);
      const { factorId } = (params ?? {}) as Partial<typeof none>;
      if (factorId === theirs['a key']!.factorId && reply.status === 404) reply.body.error.rule = 'planted';
      return reply;
    });
    expect(fc.defaultReportMessage(different)).toMatch(/seed: -?\d+/);
    const looked = await atRandom(async (name, params, options) => {
      if (name === 'getFactor') await fetch(`${env.emulator.url}/api/v1/users/${foreign['userId']![0]}/factors`);
      return grace.call(name, params, options);
    });
    expect(looked.failed).toBe(true);
  });
});
