import { beforeEach, expect, test } from 'vitest';
import { HOUR_MS } from '#clock';
import { allLost } from '#testing/security-methods.ts';
import { GRACE, MARGARET } from '#testing/test-env.ts';
import { said } from '#testing/visitor.ts';
import { approve, requestedChanges } from '../testing/agent-fixture.ts';
import { personId } from '../testing/helpdesk-fixture.ts';
import { annie, env, grace, hedy, openDesk, portal, rule, signInStaff, unverified } from '../testing/desk.ts';

let margaret: string;
beforeEach(async () => {
  await openDesk();
  margaret = await personId(portal, MARGARET);
});

const refused = '429 limit_reached agent_hour';
const ask = (userId: string) => hedy.reset(userId, unverified);
const deny = (id: string) =>
  annie.visitor.call('decideApproval', { id }, { body: { decision: 'deny', reason: 'not_needed' } });
async function count(times: number, at = env.clock.now()): Promise<void> {
  const row = { seq: null, kind: 'reset_by', who: hedy.id, at, expires_at: at + 24 * HOUR_MS } as const;
  await portal.store
    .insertInto('counted_events')
    .values(Array.from({ length: times }, () => row))
    .execute();
}
async function left(): Promise<unknown> {
  const [search, person] = [
    await hedy.visitor.call('getOwnStepUp'),
    await hedy.visitor.call('getPerson', { userId: grace }),
  ];
  expect(person.body.limit).toEqual(search.body.limit);
  return search.body.limit;
}

test('[A10] a request for approval counts, also if it is replaced, denied, expires or is approved and fails', async () => {
  const replaced = await ask(grace);
  env.advance(1);
  const denied = await ask(grace);
  expect([replaced, denied].map(rule)).toEqual(['200', '200']);
  expect(said(await deny(denied.body.approval.id))).toBe('200');
  env.advance(1);
  await ask(grace);
  env.advance(31 * 60);
  await signInStaff();
  const failed = await ask(margaret);
  await env.fault({ match: 'POST /api/v1/users/*/lifecycle/reset_factors', times: 9, status: 400 });
  expect((await approve(annie, failed.body.approval.id)).status).toBeGreaterThanOrEqual(400);
  await count(4);
  const first = await hedy.visitor.call('listRequests');
  expect(first.body.requests.map(({ status }: { status: string }) => status)).toEqual([
    'failed',
    'expired',
    'denied',
    'replaced',
  ]);
  expect(await left()).toMatchObject({ left: 2 });
});

test('[A10] a reset without an approver that certainly did not happen does not count', async () => {
  await count(7);
  await env.fault({ match: 'POST /api/v1/users/*/lifecycle/reset_factors', times: 9, status: 400 });
  expect((await hedy.reset(grace)).status).toBeGreaterThanOrEqual(400);
  expect(await left()).toBe(null);
});

test('from eight of ten on the pages say how many are left, and when one more is possible', async () => {
  const began = env.clock.now();
  await count(7);
  expect(await left()).toBe(null);
  env.advance(60);
  await count(1);
  const nextAt = new Date(began + HOUR_MS).toISOString();
  expect(await left()).toEqual({ left: 2, nextAt });
  await count(2);
  expect(await left()).toEqual({ left: 0, nextAt });
});

test('[A10] at ten no verification, reset, unlock or unfreeze begins; a report and a denial do', async () => {
  const { id } = (await ask(margaret)).body.approval;
  await count(9);
  await env.takeRequests();
  const verify = (body: object) =>
    hedy.visitor.call('startCallerVerification', { userId: grace }, { body: { choice: allLost, ...body } as never });
  expect(rule(await verify({ type: 'own-session' }))).toBe(refused);
  const { callerVerificationOptions } = (await hedy.visitor.call('getPerson', { userId: grace })).body;
  for (const { type, factorId } of callerVerificationOptions as { type: string; factorId: string | null }[])
    if (factorId !== null)
      expect([type, rule(await verify({ type, factorId, ...(type === 'call-back' && { attest: true }) }))]).toEqual([
        type,
        refused,
      ]);
  expect(rule(await hedy.reset(grace))).toBe(refused);
  expect(rule(await ask(grace))).toBe(refused);
  await env.setStatus(GRACE, 'LOCKED_OUT');
  await hedy.stepUp(`helpdesk:${grace}`);
  expect(rule(await hedy.visitor.call('unlock', { userId: grace }, { body: { ticket: 'INC-7', note: 'here' } }))).toBe(
    refused,
  );
  await env.setStatus(GRACE, 'ACTIVE');
  await portal.app.services.helpdeskServices.freezes.freeze(grace);
  expect(rule(await hedy.unfreeze(grace, { note: 'here' }))).toBe(refused);
  expect(await requestedChanges(env)).toEqual([]);
  const report = await hedy.visitor.call('reportCall', { userId: grace }, { body: { signs: ['pressed'] } });
  expect([said(report), said(await deny(id))]).toEqual(['201', '200']);
});
