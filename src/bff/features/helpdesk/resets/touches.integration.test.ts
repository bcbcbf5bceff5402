import { beforeEach, expect, test } from 'vitest';
import { addresses } from '#contract/endpoints.ts';
import { idOf, withKey, withPush } from '#testing/security-methods.ts';
import { GRACE, HEDY, testEnv, type Portal } from '#testing/test-env.ts';
import { said, type Reply } from '#testing/visitor.ts';
import { createAttackFixture } from '../testing/attack-fixture.ts';
import { requestedChanges, signInAgent, type SignedInStaff } from '../testing/agent-fixture.ts';
import { helpdeskOfDemo, personId } from '../testing/helpdesk-fixture.ts';
import { standardPolicy } from '../access/policy.ts';

const env = await testEnv();
let portal: Portal;
let hedy: SignedInStaff;
let grace: string;
let app: string;
let own: Awaited<ReturnType<typeof withKey>>;
beforeEach(async () => {
  const limits = { ...standardPolicy.limits, resetsPerAgentHour: 1000, resetsPerPersonDay: 1000 };
  const pause = () => new Promise<void>((resolve) => setTimeout(resolve, 1));
  portal = await env.fresh({
    app: { helpdesk: helpdeskOfDemo(env, { acr: 'phr', policy: { ...standardPolicy, limits } }), pause },
  });
  grace = await personId(portal, GRACE);
  own = await withKey(env, portal, HEDY);
  hedy = await signInAgent(portal, HEDY);
  app = await idOf(await portal.signedIn(GRACE), 'totp');
  await env.takeRequests();
});

type Body = { factorIds: 'all' | string[]; callerVerificationId: string; ticket?: string };
const verify = (body: object): Promise<Reply> =>
  hedy.visitor.call('verifyFactor', { factorId: own.factorId }, { body });
async function planned(body: Body): Promise<string> {
  const about = { reason: 'lost', ticket: 'INC-1', ...body };
  const reply = await hedy.visitor.call('planReset', { userId: grace }, { body: about });
  expect(said(reply)).toBe('200');
  return reply.body.purpose as string;
}
/** Asks for a challenge for a purpose, and signs it. */
async function signed(purpose?: string): Promise<object> {
  const { body } = await verify(purpose === undefined ? {} : { purpose });
  return own.key.assert(body.challenge.options.challenge as string);
}
/** Touches the key for a reset, as its page does. */
async function touch(body: Body): Promise<void> {
  const purpose = await planned(body);
  expect(said(await verify({ ...(await signed(purpose)), purpose }))).toBe('200');
}
const one = async (): Promise<Body> => ({ factorIds: [app], callerVerificationId: await hedy.verified(grace) });

test('a touch is the agent’s step-up and confirms one reset, once', async () => {
  const body = await one();
  await touch(body);
  const [first, second] = await Promise.all([hedy.requestReset(grace, body), hedy.requestReset(grace, body)]);
  expect([said(first), said(second)].toSorted()).toEqual(['200', expect.stringMatching(/^40[34] /)]);
  expect((await requestedChanges(env)).filter((line) => line.startsWith('DELETE'))).toEqual([
    `DELETE /factors/${app}`,
    'DELETE /sessions',
  ]);
});

test('a touch for another plan is refused', async () => {
  const body = await one();
  await touch(body);
  for (const other of [
    { ...body, factorIds: 'all' as const },
    { ...body, ticket: 'INC-2' },
    { ...body, note: 'Something else.' },
    { ...body, callerVerificationId: await hedy.verified(grace) },
  ])
    expect(said(await hedy.requestReset(grace, other))).toBe('403 step_up_required');
  expect((await requestedChanges(env)).filter((line) => line.startsWith('DELETE'))).toEqual([]);
  // It was none of them that used it.
  expect(said(await hedy.requestReset(grace, body))).toBe('200');
});

test('a plan that changed in between is refused: the person has another method, or an approver must agree', async () => {
  const body = { ...(await one()), factorIds: 'all' as const };
  await touch(body);
  await withPush(env, GRACE);
  expect(said(await hedy.requestReset(grace, body))).toBe('403 step_up_required');
  const less = await one();
  await touch(less);
  await portal.app.services.helpdeskServices.attackSigns.record(portal.store, grace, 'push_denied', null);
  expect(said(await hedy.requestReset(grace, less))).toBe('403 step_up_required');
  expect((await requestedChanges(env)).filter((line) => line.startsWith('DELETE'))).toEqual([]);
});

test('a challenge serves the plan that it was made for, and no other purpose; nor does another’s serve a plan', async () => {
  const purpose = await planned(await one());
  const other = await planned({ ...(await one()), ticket: 'INC-2' });
  const crossed: [made: string | undefined, used: string | undefined][] = [
    [purpose, other],
    [purpose, `helpdesk:${grace}`],
    [purpose, undefined],
    [`helpdesk:${grace}`, purpose],
    [undefined, purpose],
  ];
  for (const [made, used] of crossed) {
    const answer = await verify({ ...(await signed(made)), ...(used !== undefined && { purpose: used }) });
    expect([made, used, said(answer), answer.body.error.rule]).toEqual([made, used, '409 conflict', 'touch']);
  }
  expect(await portal.store.selectFrom('step_ups').selectAll().execute()).toEqual([]);
});

test('a replayed touch is refused, also of two at once; so is a late one', async () => {
  for (let round = 0; round < 5; round += 1) {
    const purpose = await planned(await one());
    const answer = { ...(await signed(purpose)), purpose };
    const both = await Promise.all([verify(answer), verify(answer)]);
    // The one that comes second may still have the cookie from before the first.
    expect(both.map(said).toSorted()).toEqual(['200', expect.stringMatching(/^40[19] /)]);
    expect(said(await verify(answer))).toBe('409 conflict');
    // Each counts as the agent's own codes do, in a quarter of an hour.
    env.advance(60);
  }
  const purpose = await planned(await one());
  const late = { ...(await signed(purpose)), purpose };
  env.advance(301);
  expect(said(await verify(late))).toBe('409 conflict');
});

test('a plan takes a key: no code, and no sign-in at Okta', async () => {
  const purpose = await planned(await one());
  const totp = await idOf(hedy.visitor, 'totp');
  const reply = await hedy.visitor.call(
    'verifyFactor',
    { factorId: totp },
    { body: { passCode: await env.code(HEDY), purpose } },
  );
  expect([said(reply), reply.body.error.options.map(({ type }: { type: string }) => type)]).toEqual([
    '403 step_up_required',
    ['factor'],
  ]);
  const address = addresses.stepUp(purpose, `/helpdesk/people/${grace}`);
  expect((await hedy.visitor.step(address)).status).toBe(400);
});

test('a plan’s hash says nothing of an address that the page masks', async () => {
  const { hedy: agent, grace: userId, hasEmail } = await createAttackFixture(env);
  const about = {
    factorIds: 'all',
    reason: 'lost',
    ticket: 'INC-1',
    callerVerificationId: await agent.verified(userId),
  };
  const purposes: string[] = [];
  for (const email of ['grace.hopper@example.com', 'gh1906@example.com', 'grace@example.org']) {
    await hasEmail(email, 30);
    env.advance(61);
    purposes.push((await agent.visitor.call('planReset', { userId }, { body: about })).body.purpose);
  }
  const [one, sameMasked, other] = purposes;
  expect([one === sameMasked, one === other]).toEqual([true, false]);
});
