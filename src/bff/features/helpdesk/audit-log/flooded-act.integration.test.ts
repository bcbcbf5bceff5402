import { afterAll, beforeAll, expect, test } from 'vitest';
import { ANNIE, GRACE, HEDY, startTestEnv, type TestEnv } from '#testing/test-env.ts';
import { said } from '#testing/visitor.ts';
import type { AuditAct } from '#contract/helpdesk.ts';
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

test('nobody keeps approvers from the log by corrections without end', async () => {
  const portal = await env.fresh({ app: { rateLimits: false } });
  const [hedy, annie] = [await signInAgent(portal, HEDY), await signInAgent(portal, ANNIE)];
  await hedy.visitor.call('getPerson', { userId: await personId(portal, GRACE) });
  const list = async () => (await annie.visitor.call('listAuditLog')).body.acts as AuditAct[];
  const [act] = (await list()).filter(({ event }) => event === 'helpdesk.person.view');
  const body = { seq: act!.amends!, mistake: 'other', reason: 'It was Ada.' } as const;
  for (let round = 0; round < 14; round += 1)
    await Promise.all(Array.from({ length: 15 }, () => hedy.visitor.call('amendAuditLog', {}, { body })));
  const again = (await list()).find(({ key }) => key === act!.key);
  expect(again).toMatchObject({ event: 'helpdesk.person.view', amends: act!.amends });
  expect(again!.amendments).toHaveLength(50);
  // What they correct goes to the archive before them.
  await portal.store.deleteFrom('audit_log').where('event', '!=', 'helpdesk.amendment').execute();
  const { acts } = (await annie.visitor.call('listAuditLog', {}, { query: { kind: 'amendment' } })).body;
  expect(acts).toMatchObject([{ event: 'helpdesk.amendment', amends: null }]);
});
