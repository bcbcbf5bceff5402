import { afterAll, beforeAll, expect, test } from 'vitest';
import { ADA, GRACE, openStage } from './portal.ts';
import type { Stage } from './portal.ts';
import { said } from './visitor.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());

test('somebody signs in by the form, adds an app with its own code, and proves with the next one at the org', async () => {
  const portal = await stage.fresh();
  const ada = await portal.signedIn(ADA);
  const enrolled = await ada.call('enrollFactor', {}, { body: { kind: 'totp' } });
  expect(said(enrolled)).toBe('201');
  const factorId = enrolled.body.factor.id as string;
  const active = await ada.call('activateFactor', { factorId }, { body: { passCode: await stage.code(ADA) } });
  expect(active.body).toMatchObject({ factor: { id: factorId, status: 'ACTIVE' } });
  await portal.app.rooms.outbox.flush();
  expect(await stage.mails(ADA)).toHaveLength(2);
  const proved = await ada.prove('enroll:okta-verify', ADA, () => stage.nextCode(ADA));
  expect(proved.url.pathname).toBe('/done');
  expect(said(await ada.call('enrollFactor', {}, { body: { kind: 'okta-verify', method: 'totp' } }))).toBe('201');
});

test('a fresh portal knows nobody, and the spy begins anew', async () => {
  const portal = await stage.fresh();
  expect(await stage.asked()).toEqual([]);
  const grace = await portal.signedIn(GRACE);
  expect((await stage.asked()).length).toBeGreaterThan(0);
  expect((await grace.call('listFactors')).body.factors).toHaveLength(2);
  expect((await stage.asked()).map(({ path }) => path).join()).toMatch(/\/factors/);
});
