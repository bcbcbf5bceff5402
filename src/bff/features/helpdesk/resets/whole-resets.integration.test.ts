import { expect, test } from 'vitest';
import { refuseWrites } from '#testing/store-contents.ts';
import { ANNIE, GRACE } from '#testing/test-env.ts';
import { said } from '#testing/visitor.ts';
import { standardPolicy, type Cell } from '../access/policy.ts';
import { approve, signInAgent } from '../testing/agent-fixture.ts';
import { env, grace, hedy, openDeskWith, portal } from '../testing/desk.ts';

/** `resetAll` changes the agents' cell. */
async function open(resetAll: Partial<Cell> = {}): Promise<void> {
  const policy = structuredClone(standardPolicy);
  Object.assign(policy.cells.agent['in-scope'].resetAll, resetAll);
  await openDeskWith({ policy });
}
const idsOf = async (userId: string): Promise<string[]> =>
  (await hedy.visitor.call('getPerson', { userId })).body.factors.map(({ id }: { id: string }) => id);

test('[A8] who selects every method one by one resets all of them, and needs what that needs', async () => {
  await open({ approval: 'always' });
  const [one, ...others] = await idsOf(grace);
  expect((await hedy.reset(grace, { factorIds: [one!, ...others] })).body).toMatchObject({
    status: 'waiting',
    approval: { approvalReasons: ['privileged'] },
  });
  await open({ allowed: false });
  expect(said(await hedy.reset(grace, { factorIds: await idsOf(grace) }))).toBe('403 out_of_policy');
  expect((await hedy.reset(grace, { factorIds: (await idsOf(grace)).slice(0, 1) })).body.status).toBe('done');
});

test('[A8] an approval that leaves nothing by now needs what a reset of everything needs', async () => {
  await open({ allowed: false });
  const [one, ...others] = await idsOf(grace);
  const how = { factorIds: [one!], callerVerificationId: undefined, note: 'abroad' };
  const { id } = (await hedy.reset(grace, how)).body.approval;
  for (const factorId of others) await portal.okta.userFactorApi.deleteFactor({ userId: grace, factorId });
  expect(said(await approve(await signInAgent(portal, ANNIE), id))).toBe('403 out_of_policy');
  expect((await env.phone(GRACE)).map(({ factorId }) => factorId)).toContain(one);
});

/** The store refuses to write the outcomes. */
const unrecorded: [string, () => Promise<string>][] = [
  ['of an agent', async () => said(await hedy.reset(grace))],
  [
    'that an approver allowed',
    async () => {
      const waiting = await hedy.reset(grace, { callerVerificationId: undefined, note: 'abroad' });
      return said(await approve(await signInAgent(portal, ANNIE), waiting.body.approval.id));
    },
  ],
];
test.each(unrecorded)(
  '[D2] a full reset %s whose outcome the store does not take keeps its plan, and has all consequences later',
  async (_what, reset) => {
    await open();
    const thief = await portal.signedIn(GRACE);
    const accept = await refuseWrites(portal.store, {
      table: 'audit_log',
      on: 'INSERT',
      when: "NEW.type = 'outcome'",
    });
    expect(await reset()).toBe('500 internal');
    await accept();
    expect((await env.phone(GRACE)).filter(({ status }) => status === 'ACTIVE')).toEqual([]);
    expect(said(await thief.call('listFactors'))).toBe('401 signed_out');
    const consumed = await portal.store.selectFrom('step_ups').select('consumed_at').execute();
    expect(consumed.map(({ consumed_at }) => consumed_at !== null)).not.toContain(false);

    expect(await portal.app.reconcile()).toBe(1);
    expect(await portal.store.selectFrom('recovery_codes').select('user_id').execute()).toEqual([{ user_id: grace }]);
    await portal.app.services.outbox.flush();
    expect((await env.emails(GRACE)).map(({ text }) => /the helpdesk reset/.test(text))).toEqual([true, true]);
  },
);

test.each([
  ['a full reset', 'POST /api/v1/users/*/lifecycle/reset_factors', async () => 'all' as const],
  [
    'the reset of the only method',
    'DELETE /api/v1/users/*/factors/*',
    async () => {
      const [last, ...others] = await env.phone(GRACE);
      for (const { factorId } of others) await portal.okta.userFactorApi.deleteFactor({ userId: grace, factorId });
      return [last!.factorId];
    },
  ],
])('[A9] while nobody knows whether %s happened, no sign-in alone adds a method', async (_what, match, chosen) => {
  await open();
  const factorIds = await chosen();
  await env.fault({ match, cut: 'after' });
  expect(said(await hedy.reset(grace, { factorIds }))).toBe('502 org_error');
  const enroll = async () =>
    said(await (await portal.signedIn(GRACE)).call('enrollFactor', {}, { body: { kind: 'totp' } }));
  expect(await enroll()).toBe('429 busy');
  expect(await portal.app.reconcile()).toBe(1);
  env.advance(1);
  expect(await enroll()).toBe('403 recovery_code_required');
});
