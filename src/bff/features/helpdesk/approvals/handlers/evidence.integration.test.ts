import { beforeEach, describe, expect, test } from 'vitest';
import type { Approval } from '#contract/helpdesk.ts';
import { withPush } from '#testing/security-methods.ts';
import { GRACE, HEDY } from '#testing/test-env.ts';
import { changeStore } from '../../../../platform/store/change-store.ts';
import { findSecurityMethod, createSecurityMethods } from '../../../../identity/methods/security-methods.ts';
import { whatVerified } from '../../caller-verification/what-verified.ts';
import { approve, signInAgent, type SignedInStaff } from '../../testing/agent-fixture.ts';
import { withdrawAll, withdrawRequest } from '../../freezes/withdrawals.ts';
import {
  annie,
  env,
  grace,
  hedy,
  openDesk,
  openDeskWith,
  portal,
  signInStaff,
  unverified,
} from '../../testing/desk.ts';

beforeEach(() => openDesk());
const list = async ({ visitor }: SignedInStaff): Promise<Approval[]> =>
  (await visitor.call('listApprovals')).body.approvals;
const asked = async (): Promise<Approval> => (await hedy.reset(grace, unverified)).body.approval;

describe('the evidence', () => {
  /** `factorId`: the app that answered a push. Null: the caller signed in at Okta. */
  const warnings = async (body: { factorIds: string[]; reason?: 'lost' | 'broken' }, factorId: string | null) => {
    await portal.store.deleteFrom('approvals').execute();
    const methods = createSecurityMethods(await portal.okta.userFactorApi.listFactors({ userId: grace }), 'v1', null);
    const type = factorId === null ? 'own-session' : 'push';
    const choice = {
      methods: body.factorIds.map((id) => findSecurityMethod(methods, id)!),
      all: 0,
      reason: body.reason ?? 'lost',
    };
    const by = whatVerified({ ...choice, type }, { factorId, strength: 3 }, methods, false)!;
    const id = await hedy.verified(grace, type, { ...choice, ...by });
    return (await hedy.reset(grace, { callerVerificationId: id, ...body })).body.approval.caller.warnings;
  };

  test('says how the caller was verified, and what speaks against it', async () => {
    await openDeskWith({ privilegedGroupIds: [env.emulator.groups.everyone] });
    const push = await withPush(env, GRACE);
    const { factors } = (await hedy.visitor.call('getPerson', { userId: grace })).body;
    const app = (factors as { id: string; kind: string }[]).find(({ kind }) => kind === 'totp')!.id;
    const verify = (factors as { id: string; kind: string }[]).find(({ kind }) => kind === 'okta-verify')!.id;
    expect(await warnings({ factorIds: [verify] }, push)).toEqual(['same_method', 'changed_recently']);
    expect(await warnings({ factorIds: [app] }, null)).toEqual(['same_method', 'changed_recently']);
    env.advance(8 * 24 * 3600);
    await signInStaff();
    expect(await warnings({ factorIds: [app], reason: 'lost' }, push)).toEqual(['same_phone']);
    expect(await warnings({ factorIds: [app], reason: 'broken' }, push)).toEqual([]);
    expect(await warnings({ factorIds: [app], reason: 'broken' }, null)).toEqual(['same_method']);
    const [seen] = await list(annie);
    expect(seen).toMatchObject({
      caller: { method: null, at: new Date(env.clock.now()).toISOString() },
      consequences: { remaining: [{ kind: 'okta-verify' }], notifies: [expect.any(String), expect.any(String)] },
    });
  });

  test('has what the person reported while they are frozen', async () => {
    const reported = { at: '2026-03-08T21:07:00.000Z', event: 'user.mfa.factor.activate', kind: 'totp', by: null };
    await portal.app.services.helpdeskServices.freezes.freeze(grace, portal.store, reported);
    await asked();
    expect((await list(annie))[0]!.evidence!.reported).toEqual([reported]);
    await portal.app.services.helpdeskServices.freezes.unfreeze(grace);
    expect((await list(annie))[0]!.evidence!.reported).toEqual([]);
  });

  test('has signs of attack, changes, and earlier resets by whom, as they are when the approver reads', async () => {
    const asked_ = await asked();
    await approve(annie, asked_.id);
    env.advance(24 * 3600);
    await signInStaff();
    const { attackSigns } = portal.app.services.helpdeskServices;
    await asked();
    await changeStore(portal.store, (tx) =>
      attackSigns.record(tx, grace, 'not_called', { id: annie.id, name: 'Annie' }),
    );
    expect((await list(annie))[0]!.evidence).toMatchObject({
      attackSigns: [{ kind: 'not_called', by: 'Annie', times: 1 }],
      recentChanges: [{ event: 'user.mfa.factor.reset_all', by: 'Hedy Lamarr' }],
      resets: [{ by: 'Hedy Lamarr', approver: 'Annie Easley' }],
      agentResets: 1,
    });
    const { requests } = (await hedy.visitor.call('listRequests')).body as { requests: Approval[] };
    expect(new Set(requests.map(({ evidence }) => evidence))).toEqual(new Set([null]));
  });
});

test('the next request shows the ones before that a “No” or a freeze ended', async () => {
  const verification = await hedy.verified(grace, 'call-back');
  const first = (await hedy.reset(grace, { callerVerificationId: verification })).body.approval as Approval;
  const row = await portal.store
    .selectFrom('caller_verifications')
    .selectAll()
    .where('id', '=', verification)
    .executeTakeFirstOrThrow();
  const actor = { userId: grace, address: '', agent: '', requestId: 'r-no' };
  env.advance(60);
  const endedAt = new Date(env.clock.now()).toISOString();
  await changeStore(portal.store, (tx) => withdrawRequest(row, actor, env.clock.now(), tx));
  await asked();
  const [second] = await list(annie);
  expect([second!.id === first.id, second!.evidence!.ended]).toEqual([
    false,
    [{ at: endedAt, by: 'Hedy Lamarr', status: 'withdrawn', denial: null }],
  ]);
  await changeStore(portal.store, (tx) => withdrawAll(hedy.id, { ...actor, userId: hedy.id }, env.clock.now(), tx));
  env.advance(60);
  const hedyAgain = await signInAgent(portal, HEDY);
  await hedyAgain.reset(grace, unverified);
  const [third] = await list(annie);
  expect(third!.evidence!.ended.map(({ status }) => status)).toEqual(['withdrawn', 'withdrawn']);
});

test('approvers get an email about a new request: a link, and no decision in it', async () => {
  await openDeskWith({ approverEmail: ['approvers@example.com', 'soc@example.com'] });
  await asked();
  const { sealer } = portal.app.services;
  const sent = await portal.store
    .selectFrom('outbox')
    .selectAll()
    .where('address', 'like', '%rs@example.com')
    .execute();
  expect(sent).toHaveLength(1);
  const [{ id, address, subject, body }] = sent as [(typeof sent)[number]];
  expect(subject).toBe('Example: a request of the helpdesk waits for an approver');
  await portal.app.services.outbox.flush();
  const text = body === '' ? '' : sealer.open(body, `notification ${id} ${address}`)!;
  if (text) expect(text.match(/https?:\S+/g)).toEqual([`${portal.base}/helpdesk/approvals`]);
  expect(await portal.store.selectFrom('outbox').select('address').execute()).toHaveLength(2);
});
