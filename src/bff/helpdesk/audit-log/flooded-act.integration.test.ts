import { afterAll, beforeAll, expect, test } from 'vitest';
import { ANNIE, GRACE, HEDY, startTestEnv, type TestEnv } from '#testing/test-env.ts';
import { said } from '#testing/visitor.ts';
import { signInAgent } from '../testing/agent-fixture.ts';
import { personId } from '../testing/helpdesk-fixture.ts';

let env: TestEnv;
beforeAll(async () => {
  env = await startTestEnv();
});
afterAll(() => env.close());

test('nobody hides a reset in the log behind looks at the person', async () => {
  const portal = await env.fresh({ app: { rateLimits: false } });
  const [hedy, annie] = [await signInAgent(portal, HEDY), await signInAgent(portal, ANNIE)];
  const userId = await personId(portal, GRACE);
  await hedy.visitor.call('getPerson', { userId });
  expect(said(await hedy.reset(userId, { ticket: 'INC-4711' }))).toBe('200');
  for (let round = 0; round < 14; round += 1)
    await Promise.all(Array.from({ length: 15 }, () => hedy.visitor.call('getPerson', { userId })));
  const { acts } = (await annie.visitor.call('listAuditLog', {}, { query: { ticket: 'INC-4711' } as never })).body;
  expect(acts.map(({ event, ticket }: { event: string; ticket: string }) => [event, ticket])).toEqual([
    ['user.mfa.factor.reset_all', 'INC-4711'],
  ]);
});
