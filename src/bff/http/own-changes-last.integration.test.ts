import { expect, test } from 'vitest';
import { findId } from '#testing/security-methods.ts';
import { GRACE, HEDY, testEnv } from '#testing/test-env.ts';
import { said } from '#testing/visitor.ts';
import { signInAgent } from '../features/helpdesk/testing/agent-fixture.ts';
import { personId } from '../features/helpdesk/testing/helpdesk-fixture.ts';

const env = await testEnv();

test('[B7] the helpdesk waits for few of the changes that a session of the person sends', async () => {
  const portal = await env.fresh();
  const hedy = await signInAgent(portal, HEDY);
  const userId = await personId(portal, GRACE);
  const thief = await portal.signedIn(GRACE);
  const factorId = await findId(thief, 'totp');
  await env.fault({ match: 'GET /api/v1/users/*', times: 1000, delayMs: 50 });
  let answered = 0;
  const changes = Array.from({ length: 16 }, async (_, index) => {
    expect(said(await thief.call('nameFactor', { factorId }, { body: { name: `key ${index}` } }))).toBe('200');
    answered += 1;
  });
  await expect.poll(() => answered).toBeGreaterThan(1);
  const before = answered;
  const choice = { factorIds: [factorId], reason: 'broken' } as const;
  const asked = await hedy.visitor.call(
    'startCallerVerification',
    { userId },
    { body: { type: 'own-session', choice } },
  );
  expect(asked.status).toBe(201);
  // Only changes that hold the lock, or end while the helpdesk's request calls Okta, come first.
  expect(answered - before).toBeLessThan(10);
  await Promise.all(changes);
});
