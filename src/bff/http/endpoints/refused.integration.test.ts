import { expect, test } from 'vitest';
import { findId } from '#testing/security-methods.ts';
import { GRACE, KATHERINE, testEnv } from '#testing/test-env.ts';
import type { Visitor } from '#testing/visitor.ts';

const env = await testEnv();
const portal = await env.fresh({ settings: { rateLimits: true } });

const rows = async () =>
  portal.auditRows(
    { event: ['access.refused', 'access.step_up_required', 'helpdesk.refused'] },
    'actor',
    'event',
    'reason',
  );
const many = (times: number, ask: () => ReturnType<Visitor['call']>) => Promise.all(Array.from({ length: times }, ask));

test('[B4] a person’s refusals write as few audit rows as a stranger’s: some in their own row, the others counted', async () => {
  const grace = await portal.signedIn(GRACE);
  const factorId = await findId(grace, 'totp');
  await many(300, () => grace.call('searchPeople', {}, { query: { q: 'ada' } }));
  await many(100, () => grace.call('deleteFactor', { factorId }));
  const katherine = await portal.signedIn(KATHERINE);
  // Grace's latest refusals are only counted, but each refusal of another person gets a row.
  for (let count = 0; count < 10; count += 1) await katherine.call('searchPeople', {}, { query: { q: 'ada' } });
  const [her, his] = [grace, katherine].map((who) => who.token());
  const idsOf = async (token: string | undefined) => (await portal.app.services.sessions.find(token!, false))!.user_id;
  const [graceId, katherineId] = [await idsOf(her), await idsOf(his)];
  const singly = await rows();
  expect(singly.filter(({ actor }) => actor === katherineId)).toHaveLength(10);
  expect(singly.filter(({ actor }) => actor === graceId).length).toBeLessThanOrEqual(40);
  await portal.app.services.refusals.close();
  const counted = (await rows())
    .flatMap(({ reason }) => /(?<more>\d+) more in the minute/.exec(reason ?? '')?.groups?.['more'] ?? [])
    .map(Number);
  expect(singly.length + counted.reduce((sum, more) => sum + more, 0)).toBe(410);
});
