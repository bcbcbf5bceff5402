import { beforeAll, expect, test } from 'vitest';
import { findId } from '#testing/security-methods.ts';
import { GRACE, HEDY, testEnv, type Portal } from '#testing/test-env.ts';
import { said } from '#testing/visitor.ts';
import { verifyAuditLog } from '#operator/audit-verify/verify-log.ts';
import { requestedChanges, signInAgent, type SignedInStaff } from '../testing/agent-fixture.ts';
import { helpdeskOfDemo, personId } from '../testing/helpdesk-fixture.ts';
import { standardPolicy } from '../access/policy.ts';

const { SOAK_RACES: count = '5' } = process.env;
const ROUNDS = Number(count);
const PATIENCE = 180_000 + ROUNDS * 3_000;
const LIMITS = { ...standardPolicy.limits, resetsPerAgentHour: 1000, resetsPerPersonDay: 1000 };

const env = await testEnv();
/** With one store, like two processes. */
let portals: [Portal, Portal];
let grace: string;
beforeAll(async () => {
  const app = {
    helpdesk: helpdeskOfDemo(env, { policy: { ...standardPolicy, limits: LIMITS } }),
    pause: () => new Promise<void>((resolve) => setTimeout(resolve, 1)),
  };
  const first = await env.fresh({ app });
  portals = [first, await env.another({ app: { ...app, store: first.store } })];
  grace = await personId(first, GRACE);
});

/** Grace has her app and Okta Verify on this day. Returns Hedy with a step-up at each portal. */
async function newDay(): Promise<{ agents: [SignedInStaff, SignedInStaff]; app: string }> {
  const [{ okta }] = portals;
  env.advance(24 * 3600 + 61);
  await okta.users.resetFactors({ userId: grace });
  for (const [factorType, provider] of [
    ['token:software:totp', 'GOOGLE'],
    ['token:software:totp', 'OKTA'],
  ] as const) {
    const { id: factorId } = await okta.userFactorApi.enrollFactor({ userId: grace, body: { factorType, provider } });
    const body = { passCode: await env.code(GRACE, provider) };
    await okta.userFactorApi.activateFactor({ userId: grace, factorId, body });
  }
  const agents: [SignedInStaff, SignedInStaff] = [
    await signInAgent(portals[0], HEDY),
    await signInAgent(portals[1], HEDY),
  ];
  for (const agent of agents) await agent.stepUp(`helpdesk:${grace}`);
  const app = await findId(await portals[0].signedIn(GRACE), 'totp');
  await env.takeRequests();
  return { agents, app };
}
const statusOf = async (id: string) =>
  (await portals[0].store.selectFrom('caller_verifications').select('status').where('id', '=', id).executeTakeFirst())
    ?.status;

test(
  `a verification for one method, used for it and for all at once × ${ROUNDS}: only the one is reset`,
  { timeout: PATIENCE },
  async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const { agents, app } = await newDay();
      const [one, other] = round % 2 ? agents : agents.toReversed();
      const methods = [{ id: app, kind: 'totp' as const, name: null }];
      const callerVerificationId = await one!.verified(grace, 'push', { methods });
      const [narrow, wide] = await Promise.all([
        one!.requestReset(grace, { factorIds: [app], callerVerificationId }),
        other!.requestReset(grace, { factorIds: 'all', callerVerificationId }),
      ]);
      expect([said(narrow!), said(wide!)]).toEqual(['200', '403 caller_verification_required']);
      expect(await requestedChanges(env)).toEqual([`DELETE /factors/${app}`, 'DELETE /sessions']);
      expect(await statusOf(callerVerificationId)).toBe('used');
    }
    expect(await verifyAuditLog(portals[0].store)).toBeNull();
  },
);

test(
  `a verification that a freeze withdraws while it is used × ${ROUNDS}: the reset came first, or not at all`,
  { timeout: PATIENCE },
  async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const { agents, app } = await newDay();
      const [hedy] = agents;
      const callerVerificationId = await hedy.verified(grace);
      const who = await portals[1].signedIn(GRACE);
      const freezing = async () => who.call('freezeMyself');
      const early = round % 2 ? freezing() : null;
      const resetting = hedy.requestReset(grace, { factorIds: [app], callerVerificationId });
      const [, reset] = await Promise.all([early ?? freezing(), resetting]);
      const removed = (await requestedChanges(env)).filter((line) => line.includes('/factors/'));
      const expected = reset.status === 200 ? [[`DELETE /factors/${app}`], 'used'] : [[], 'withdrawn'];
      expect([removed, await statusOf(callerVerificationId)]).toEqual(expected);
      await portals[0].app.services.helpdeskServices.freezes.unfreeze(grace);
      const again = await hedy.reset(grace, { factorIds: 'all', callerVerificationId });
      expect(again.status).toBe(403);
    }
    expect(await verifyAuditLog(portals[0].store)).toBeNull();
  },
);
