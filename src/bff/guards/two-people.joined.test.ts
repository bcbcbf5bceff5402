import { afterAll, beforeAll, expect, test } from 'vitest';
import { withKey, withPush } from '#testing/methods.ts';
import { ADA, GRACE, HEDY, openStage } from '#testing/portal.ts';
import type { Portal, Stage } from '#testing/portal.ts';
import { bodyOf, routes } from '#testing/route-table.ts';
import { said } from '#testing/visitor.ts';
import type { Reply, Visitor } from '#testing/visitor.ts';

const MARGARET = 'margaret@example.com';
const onFactors = routes.filter(({ params }) => params.includes('factorId'));

let stage: Stage;
let portal: Portal;
let grace: Visitor;
/** Everything of other people's that has an id: pending and active, of each way to finish or check it. */
const theirs: Record<string, { factorId: string; transactionId: string }> = {};

beforeAll(async () => {
  stage = await openStage({ rateLimit: 0 });
  portal = await stage.fresh();
  grace = await portal.signedIn(GRACE);
  const [ada, hedy, margaret] = [await portal.signedIn(ADA), await portal.signedIn(HEDY), await portal.signedIn(MARGARET)];
  const prove = async (who: Visitor, purpose: string) => {
    const session = await portal.app.rooms.sessions.find(who.token()!, false);
    await portal.app.rooms.proofs.give(session!, purpose, 4);
  };
  const begun = async (who: Visitor, body: object) => (await who.call('enrollFactor', {}, { body })).body.factor.id as string;
  const keep = (what: string, factorId: string, transactionId = 'v2mst.0000000000000000') => void (theirs[what] = { factorId, transactionId });
  keep('a code that was sent', await begun(ada, { kind: 'sms', phoneNumber: '+15550100123' }));
  keep('a phone that is waited for', await begun(ada, { kind: 'okta-verify', method: 'push' }));
  keep('a key that is made', await begun(ada, { kind: 'webauthn' }));
  for (const { id, kind } of (await margaret.call('listFactors')).body.factors as { id: string; kind: string }[]) keep(kind, id);
  keep('a key', (await withKey(stage, portal, MARGARET)).factorId);
  const push = await withPush(stage, HEDY);
  await prove(hedy, 'sessions');
  const { transactionId } = (await hedy.call('verifyFactor', { factorId: push }, { body: {} })).body as { transactionId: string };
  keep('a push that waits', push, transactionId);
  expect(Object.keys(theirs)).toHaveLength(9);
  expect(theirs['a push that waits']!.transactionId).toMatch(/^v2mst/);
});
afterAll(() => stage.close());

const essence = ({ body, headers, ...reply }: Reply) => {
  const { requestId: _own, ...error } = (body as { error: Record<string, unknown> }).error;
  return { said: said({ body, headers, ...reply }), error, headers: { ...headers, 'x-request-id': '', date: '' } };
};
const none = { factorId: 'opf00000000000000000', transactionId: 'v2mst.1111111111111111' };

test.each(onFactors)('$name: whatever is another’s answers as what is not there, and the org is asked the same', async ({ name }) => {
  const ask = async (params: typeof none) => {
    await stage.asked();
    const reply = await grace.call(name, params, { body: bodyOf(name) });
    return { ...essence(reply), asked: (await stage.asked()).map(({ method, path }) => `${method} ${path}`) };
  };
  await ask(none);
  const expected = await ask(none);
  expect(expected.said).toBe('404 not_found');
  for (const [what, params] of Object.entries(theirs)) expect([what, await ask(params)]).toEqual([what, expected]);
});

test('an own method lends nothing to another’s transaction', async () => {
  const push = await withPush(stage, GRACE);
  const { transactionId } = theirs['a push that waits']!;
  for (const name of ['getTransaction', 'cancelTransaction'] as const) {
    const foreign = essence(await grace.call(name, { factorId: push, transactionId }));
    expect(foreign).toEqual(essence(await grace.call(name, { factorId: push, transactionId: none.transactionId })));
  }
  expect(await stage.desk<unknown[]>('GET', `/pushes?user=${HEDY}`)).toHaveLength(1);
});
