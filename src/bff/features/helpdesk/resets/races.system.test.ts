import { beforeAll, expect, test } from 'vitest';
import { ANNIE, GRACE, HEDY, KATHERINE, testEnv, type Portal } from '#testing/test-env.ts';
import { said } from '#testing/visitor.ts';
import { verifyAuditLog } from '#operator/audit-verify/verify-log.ts';
import { signInAgent, resetRows, recoveryCodeIn, type SignedInStaff } from '../testing/agent-fixture.ts';
import { helpdeskOfDemo, personId } from '../testing/helpdesk-fixture.ts';
import { standardPolicy } from '../access/policy.ts';

const { SOAK_RACES: count = '10' } = process.env;
const ROUNDS = Number(count);
const PATIENCE = 180_000 + ROUNDS * 3_000;

const env = await testEnv();
/** With one store, like two processes. */
let portals: [Portal, Portal];
let grace: string;
beforeAll(async () => {
  const app = {
    helpdesk: helpdeskOfDemo(env, {
      policy: {
        ...standardPolicy,
        limits: { ...standardPolicy.limits, resetsPerAgentHour: 1000, resetsPerPersonDay: 1000 },
      },
    }),
    pause: () => new Promise<void>((resolve) => setTimeout(resolve, 1)),
  };
  const first = await env.fresh({ app });
  portals = [first, await env.another({ app: { ...app, store: first.store } })];
  grace = await personId(first, GRACE);
});

/** Grace has an app, no recent resets, and no emails. */
async function setUp(): Promise<void> {
  const { store } = portals[0];
  await store.deleteFrom('outbox').execute();
  await store.deleteFrom('approvals').execute();
  await store.deleteFrom('recovery_codes').execute();
  env.advance(24 * 3600 + 61);
  await portals[0].okta.users.resetFactors({ userId: grace });
  const { id } = await portals[0].okta.userFactorApi.enrollFactor({
    userId: grace,
    body: { factorType: 'token:software:totp', provider: 'GOOGLE' },
  });
  await portals[0].okta.userFactorApi.activateFactor({
    userId: grace,
    factorId: id,
    body: { passCode: await env.code(GRACE) },
  });
}

/** `asked`: calls that the emulator accepted. */
async function effects(
  rowsBefore: number,
): Promise<{ asked: number; rows: (string | null)[][]; notifications: number }> {
  const asked = (await env.takeRequests()).filter(
    ({ method, path }) => (method === 'DELETE' && /\/factors\//.test(path)) || path.includes('reset_factors'),
  ).length;
  const rows = (await resetRows(portals[0])).slice(rowsBefore).map(({ type, outcome }) => [type, outcome]);
  const notifications = (await portals[0].store.selectFrom('outbox').select('address').execute()).length;
  return { asked, rows, notifications };
}
const pair = [
  ['intent', null],
  ['outcome', 'success'],
];
const one = { asked: 1, rows: pair, notifications: 2 };

const google = async () => (await env.phone(GRACE)).find(({ provider }) => provider === 'GOOGLE')!.factorId;

test(
  `two agents at once × ${ROUNDS}: one reset, one intent and outcome, one notification an address; the other gets an error`,
  { timeout: PATIENCE },
  async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      await setUp();
      const agents: SignedInStaff[] = await Promise.all([
        signInAgent(portals[0], HEDY),
        signInAgent(portals[1], ANNIE),
      ]);
      const before = (await resetRows(portals[0])).length;
      const factorIds = [await google()];
      await env.takeRequests();
      const both = await Promise.all(agents.map((agent) => agent.reset(grace, { factorIds })));
      expect(both.map(said).sort()).toEqual(['200', '409 conflict']);
      expect(await effects(before)).toEqual(one);
      // The first reset removes the method of the second verification.
      await setUp();
      const again: SignedInStaff[] = await Promise.all([signInAgent(portals[0], HEDY), signInAgent(portals[1], ANNIE)]);
      const all = (await resetRows(portals[0])).length;
      await env.takeRequests();
      const twice = await Promise.all(again.map((agent) => agent.reset(grace)));
      expect(twice.map(said).toSorted()).toEqual(['200', '403 caller_verification_required']);
      expect(await effects(all)).toEqual(one);
    }
    expect(await verifyAuditLog(portals[0].store)).toBeNull();
  },
);

test(
  `two agents ask approvers about two people at once × ${ROUNDS}: one request a person waits, in whatever order they lock`,
  { timeout: PATIENCE },
  async () => {
    const people = [grace, await personId(portals[0], KATHERINE)];
    for (let round = 0; round < ROUNDS; round += 1) {
      await setUp();
      const agents = await Promise.all([signInAgent(portals[0], HEDY), signInAgent(portals[1], ANNIE)]);
      const asking = agents.flatMap((agent, n) =>
        (n === 0 ? people : people.toReversed()).map((userId) =>
          agent.reset(userId, { callerVerificationId: undefined, note: 'abroad' }),
        ),
      );
      const came = (await Promise.all(asking)).map((reply) => (reply.body.status as string | undefined) ?? said(reply));
      expect(came.toSorted()).toEqual(['409 conflict', '409 conflict', 'waiting', 'waiting']);
      const waiting = await portals[0].store.selectFrom('approvals').select(['user_id', 'status']).execute();
      expect(waiting.map(({ user_id, status }) => `${user_id} ${status}`).toSorted()).toEqual(
        people.map((userId) => `${userId} waiting`).toSorted(),
      );
    }
    expect(await verifyAuditLog(portals[0].store)).toBeNull();
  },
);

test(
  `a reset of all while the person adds a method × ${ROUNDS}: only a method with the recovery code stays`,
  { timeout: PATIENCE },
  async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      await setUp();
      const hedy = await signInAgent(portals[0], HEDY);
      const who = await portals[1].signedIn(GRACE);
      await portals[1].stepUp(who, 'enroll:okta-verify', 3);
      const before = (await resetRows(portals[0])).length;
      await env.takeRequests();
      const adding = async () => {
        const begun = await who.call('enrollFactor', {}, { body: { kind: 'okta-verify', method: 'totp' } });
        if (begun.status !== 201) return begun;
        return who.call(
          'activateFactor',
          { factorId: begun.body.factor.id },
          { body: { passCode: await env.code(GRACE, 'OKTA') } },
        );
      };
      // The enrollment starts first in some rounds, the reset in others.
      const early = round % 2 ? adding() : null;
      const resetting = hedy.reset(grace);
      const [added, reset] = await Promise.all([early ?? adding(), resetting]);
      expect(said(reset)).toBe('200');
      expect(['200', '401 signed_out']).toContain(said(added));
      const active = (await env.phone(GRACE)).filter(({ status }) => status === 'ACTIVE');
      expect(active).toEqual([]);
      const { rows, asked } = await effects(before);
      expect([rows, asked]).toEqual([pair, 1]);
      const again = await portals[1].signedIn(GRACE);
      expect(said(await again.call('enrollFactor', {}, { body: { kind: 'totp' } }))).toBe('403 recovery_code_required');
      const resets = await portals[0].store
        .selectFrom('audit_log')
        .select('seq')
        .where('event', '=', 'user.mfa.factor.reset_all')
        .where('type', '=', 'outcome')
        .orderBy('seq', 'desc')
        .limit(1)
        .executeTakeFirstOrThrow();
      const emails = await portals[0].store
        .selectFrom('outbox')
        .select(['id', 'address', 'body'])
        .where('event', '=', resets.seq)
        .execute();
      expect(
        emails.map(
          ({ id, address, body }) =>
            body === '' ||
            recoveryCodeIn(portals[0].app.services.sealer.open(body, `notification ${id} ${address}`)!) !== undefined,
        ),
      ).toEqual([true, true]);
    }
    expect(await verifyAuditLog(portals[0].store)).toBeNull();
  },
);
