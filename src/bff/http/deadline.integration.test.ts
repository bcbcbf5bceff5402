import { beforeEach, expect, test } from 'vitest';
import { GRACE, testEnv, type Portal } from '#testing/test-env.ts';
import { findId } from '#testing/security-methods.ts';
import { said, type Visitor } from '#testing/visitor.ts';

const env = await testEnv();
let portal: Portal;
let grace: Visitor;
let factorId: string;

beforeEach(async () => {
  portal = await env.fresh();
  grace = await portal.signedIn(GRACE);
  factorId = await findId(grace, 'totp');
  await env.takeRequests();
});

const reached = (beginning: string) =>
  expect
    .poll(async () => (await env.takeRequests()).some(({ method, path }) => `${method} ${path}`.startsWith(beginning)))
    .toBe(true);

test('[U1] a request ends 25 s after it arrived, however many calls it makes; an unknown outcome is reconciled', async () => {
  await portal.store
    .insertInto('step_ups')
    .values({
      id: 'p',
      purpose: `remove:${factorId}`,
      strength: 3,
      expires_at: env.clock.now() + 30_000,
      consumed_at: null,
      session_id: (await portal.store.selectFrom('sessions').select('id').executeTakeFirstOrThrow()).id,
    })
    .execute();
  await env.fault({ match: 'GET /api/v1/users/*/factors/catalog', delayMs: 400 });
  await env.fault({ match: 'DELETE /api/v1/users/*/factors/*', cut: 'before', delayMs: 1500 });
  const removing = grace.call('deleteFactor', { factorId });
  await reached('GET /api/v1/users');
  env.advance(24.2);
  expect(said(await removing)).toBe('504 org_timeout');
  const intents = () => portal.auditRows({ event: 'user.mfa.factor.deactivate' }, 'type', 'outcome');
  expect(await intents()).toEqual([{ type: 'intent', outcome: null }]);
  await env.clearFaults();
  await portal.okta.userFactorApi.deleteFactor({
    userId: (await portal.store.selectFrom('sessions').select('user_id').executeTakeFirstOrThrow()).user_id,
    factorId,
  });
  env.advance(60);
  await portal.app.reconcile();
  expect(await intents()).toEqual([
    { type: 'intent', outcome: null },
    { type: 'outcome', outcome: 'success' },
  ]);
});

test('[U1] waiting for the person’s lock counts too: a request whose turn comes too late calls nothing', async () => {
  await portal.store
    .insertInto('locks')
    .values({
      name: `person ${(await portal.store.selectFrom('sessions').select('user_id').executeTakeFirstOrThrow()).user_id}`,
      fence: 1,
      expires_at: env.clock.now() + 30_000,
    })
    .execute();
  const waiting = grace.call('nameFactor', { factorId }, { body: { name: 'Mine' } });
  const read = await grace.call('listFactors');
  expect(said(read)).toBe('200');
  await env.takeRequests();
  env.advance(16);
  expect(said(await waiting)).toBe('429 busy');
  expect(await env.takeRequests()).toEqual([]);
});

test('[U1] a request whose time is over before its first call calls nothing', async () => {
  const release = Promise.withResolvers<void>();
  const { readState } = portal.app.services.sessions;
  portal.app.services.sessions.readState = async (session) => {
    await release.promise;
    return readState(session);
  };
  const renaming = grace.call('nameFactor', { factorId }, { body: { name: 'Mine' } });
  await expect
    .poll(() => portal.store.selectFrom('locks').select('name').where('expires_at', '>', 0).execute())
    .toHaveLength(1);
  await env.takeRequests();
  env.advance(25);
  release.resolve();
  expect(said(await renaming)).toBe('504 org_timeout');
  expect(await env.takeRequests()).toEqual([]);
});
