import { beforeAll, beforeEach, expect, test } from 'vitest';
import { allLost } from '#testing/security-methods.ts';
import { ADA, ANNIE, GRACE, HEDY, testEnv, type Portal } from '#testing/test-env.ts';
import { said, type Visitor } from '#testing/visitor.ts';
import { resetRows } from './resets/reset-handlers.ts';
import { signInAgent, type SignedInStaff, startVerification } from './testing/agent-fixture.ts';
import { personId } from './testing/helpdesk-fixture.ts';

const env = await testEnv();
let portal: Portal;
let grace: string;
let hedy: SignedInStaff;
let annie: SignedInStaff;
/** In the order in which a request has taken them. */
let taken: string[] = [];
beforeAll(async () => {
  portal = await env.fresh();
  grace = await personId(portal, GRACE);
  [hedy, annie] = [await signInAgent(portal, HEDY), await signInAgent(portal, ANNIE)];
  const { services } = portal.app;
  const { lock } = services;
  services.lock = async (name, work) => {
    taken.push(name);
    return lock(name, work);
  };
});
beforeEach(() => (taken = []));

test('a reset locks the person, then the agent whose resets are counted', async () => {
  const body = { factorIds: 'all', reason: 'lost' };
  expect(said(await hedy.visitor.call('resetMethods', { userId: grace }, { body }))).toBe('400 ticket_required');
  expect(taken).toEqual([`person ${grace}`, `agent ${hedy.id}`]);
});

test('an unfreeze does so too', async () => {
  const body = { reason: 'lost', ticket: 'INC-1' };
  expect(said(await hedy.visitor.call('unfreeze', { userId: grace }, { body }))).toBe('409 conflict');
  expect(taken).toEqual([`person ${grace}`, `agent ${hedy.id}`]);
});

test('a decision locks the person of the stored approval', async () => {
  const waiting = await hedy.reset(grace, { callerVerificationId: undefined, note: 'abroad' });
  const { id } = (waiting.body as { approval: { id: string } }).approval;
  taken = [];
  expect(
    said(await annie.visitor.call('decideApproval', { id }, { body: { decision: 'deny', reason: 'attack' } })),
  ).toBe('200');
  expect(said(await annie.visitor.call('revealRecoveryCode', { id }))).toBe('409 conflict');
  expect(taken).toEqual([`person ${grace}`, `person ${grace}`]);
});

test('an unknown approval locks nobody', async () => {
  const body = { decision: 'deny', reason: 'attack' };
  const none = { id: 'a'.repeat(16) };
  expect(said(await annie.visitor.call('decideApproval', none, { body }))).toBe('404 not_found');
  // The answer must not tell Hedy, who is no approver, whether the approval exists.
  expect(said(await hedy.visitor.call('decideApproval', none, { body }))).toBe('403 forbidden');
  expect(taken).toEqual([]);
});

test('a person without permission locks nobody', async () => {
  const ada = await portal.signedIn(ADA);
  const body = { factorIds: 'all' } as const;
  const reset = (who: Visitor, userId: string) =>
    who.call('resetMethods', { userId }, { body: { ...body, reason: 'lost' } });
  expect(said(await reset(ada, grace))).toBe('403 forbidden');
  expect(said(await hedy.visitor.call('unfreeze', { userId: annie.id }, { body: { reason: 'lost' } }))).toBe(
    '403 out_of_policy',
  );
  expect(said(await reset(hedy.visitor, '00uNobody00000000000'))).toBe('404 not_found');
  const question = { body: { type: 'own-session', choice: allLost } };
  expect(said(await ada.call('startCallerVerification', { userId: grace }, question))).toBe('403 forbidden');
  expect(taken).toEqual([]);
});

test('a caller verification locks the person; reading locks nobody', async () => {
  expect(said(await startVerification(hedy.visitor, grace, { type: 'own-session' }))).toBe('201');
  expect(said(await hedy.visitor.call('getPerson', { userId: grace }))).toBe('200');
  expect(taken).toEqual([`person ${grace}`]);
});

test('the operation of a reset follows from its body', () => {
  const asked = (factorIds: unknown) => ({ body: { factorIds } }) as never;
  const { resetMethods, unfreeze } = resetRows;
  expect(resetMethods.operations(asked('all'))).toEqual(['resetAll']);
  expect(resetMethods.operations(asked(['opf00000000000000000']))).toEqual(['resetOne']);
  expect(unfreeze.operations()).toEqual(['unfreeze']);
});
