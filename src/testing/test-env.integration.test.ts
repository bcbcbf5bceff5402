import { expect, test } from 'vitest';
import { ADA, GRACE, testEnv } from './test-env.ts';
import { said } from './visitor.ts';

const env = await testEnv();

test('a person signs in by the form, adds an app with its code, and steps up at the org with the next one', async () => {
  const portal = await env.fresh();
  const ada = await portal.signedIn(ADA);
  const enrolled = await ada.call('enrollFactor', {}, { body: { kind: 'totp' } });
  expect(said(enrolled)).toBe('201');
  const factorId = enrolled.body.factor.id as string;
  const active = await ada.call('activateFactor', { factorId }, { body: { passCode: await env.code(ADA) } });
  expect(active.body).toMatchObject({ factor: { id: factorId, status: 'ACTIVE' } });
  await portal.app.services.outbox.flush();
  expect(await env.emails(ADA)).toHaveLength(2);
  const steppedUp = await ada.stepUp('enroll:okta-verify', ADA, () => env.nextCode(ADA));
  expect(steppedUp.url.pathname).toBe('/done');
  expect(said(await ada.call('enrollFactor', {}, { body: { kind: 'okta-verify', method: 'totp' } }))).toBe('201');
});

test('a fresh portal has no sessions, and its recorded requests start empty', async () => {
  const portal = await env.fresh();
  expect(await env.takeRequests()).toEqual([]);
  const grace = await portal.signedIn(GRACE);
  expect((await env.takeRequests()).length).toBeGreaterThan(0);
  expect((await grace.call('listFactors')).body.factors).toHaveLength(2);
  expect((await env.takeRequests()).map(({ path }) => path).join()).toMatch(/\/factors/);
});
