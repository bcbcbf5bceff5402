import { raisedAlarms } from '../../../records/alarms/testing/raised-alarms.ts';
import { beforeEach, expect, test } from 'vitest';
import { interleave } from '#testing/postgres/interleave.ts';
import { answeredByOkta, allLost, answerPush, withPush, verifiedBy } from '#testing/security-methods.ts';
import { GRACE, HEDY, MARGARET, type PortalOptions } from '#testing/test-env.ts';
import { said } from '#testing/visitor.ts';
import { standardPolicy } from '../access/policy.ts';
import { approve, requestedChanges, resetRows, type SignedInStaff } from '../testing/agent-fixture.ts';
import { beforeLists, helpdeskOfDemo, personId } from '../testing/helpdesk-fixture.ts';
import type { Store } from '../../../platform/store/open.ts';
import { changeStore, lockPeople } from '../../../platform/store/change-store.ts';
import { annie, env, grace, hedy, openDesk, portal, rule, signInStaff } from '../testing/desk.ts';

const HOUR = 3600;
let beforeList: (userId: string) => Promise<void> = async () => {};

async function open(app: PortalOptions['app'] = {}): Promise<void> {
  beforeList = async () => {};
  await openDesk({ app, okta: beforeLists((userId) => beforeList(userId)) });
}
beforeEach(() => open());
async function later(seconds: number): Promise<void> {
  env.advance(seconds);
  await signInStaff();
}

const attackSigns = () => portal.app.services.helpdeskServices.attackSigns;
const seen = async (who = hedy) =>
  (await who.visitor.call('getPerson', { userId: grace })).body.attackSigns as object[];
const begin = ({ visitor }: SignedInStaff, body: object) =>
  visitor.call('startCallerVerification', { userId: grace }, { body });
const poll = ({ visitor }: SignedInStaff, id: string) =>
  visitor.call('pollCallerVerification', { userId: grace, id }, { poll: true });
const ownPage = async () => (await begin(hedy, { type: 'own-session', choice: allLost })).body.id as string;
const record = () =>
  changeStore(portal.store, (tx) => attackSigns().record(tx, grace, 'push_denied', { id: hedy.id, name: 'Hedy' }));
/** Returns the status, or the reasons why an approver is needed. */
const reset = async (who = hedy) => {
  const { body } = await who.reset(grace, { factorIds: [(await env.phone(GRACE))[0]!.factorId] });
  return body.approval?.approvalReasons ?? body.status;
};

const attacks: [string, object, () => Promise<unknown>][] = [
  [
    'a denied push',
    { kind: 'push_denied', by: 'Hedy Lamarr' },
    async () => {
      const { body } = await begin(hedy, { type: 'push', factorId: await withPush(env, GRACE), choice: allLost });
      await answerPush(env, GRACE, 'deny');
      env.advance(4);
      return poll(hedy, body.id);
    },
  ],
  [
    'a push whose method was removed before the answer was read',
    { kind: 'push_removed', by: 'Hedy Lamarr' },
    async () => {
      const factorId = await withPush(env, GRACE);
      const { body } = await begin(hedy, { type: 'push', factorId, choice: allLost });
      await answerPush(env, GRACE, 'deny');
      await portal.okta.userFactorApi.deleteFactor({ userId: grace, factorId });
      env.advance(301);
      return poll(hedy, body.id);
    },
  ],
  [
    'a request that an approver denied as an attack',
    { kind: 'request_denied', by: 'Annie Easley' },
    async () => {
      const { id } = (await hedy.reset(grace, { callerVerificationId: undefined, note: 'abroad' })).body.approval;
      const body = { decision: 'deny', reason: 'attack' };
      return annie.visitor.call('decideApproval', { id }, { body });
    },
  ],
  [
    '“No, I didn’t call”',
    { kind: 'not_called', by: 'Hedy Lamarr' },
    async () => {
      const id = await ownPage();
      return (await portal.signedIn(GRACE)).call('answerCallerVerification', { id }, { body: { answer: 'no' } });
    },
  ],
  [
    'a verification that wrong codes ended',
    { kind: 'wrong_codes', by: 'Hedy Lamarr' },
    async () => {
      const id = await ownPage();
      const { code } = (await portal.app.services.callerVerifications.issueCode(grace, id, answeredByOkta))!;
      const wrong = code.startsWith('B') ? `F${code.slice(1)}` : `B${code.slice(1)}`;
      for (let tries = 0; tries < 5; tries += 1)
        await hedy.visitor.call('checkCallerCode', { userId: grace, id }, { body: { code: wrong } });
    },
  ],
  [
    'a call that an agent reported',
    { kind: 'reported', by: 'Hedy Lamarr', signs: ['pressed', 'claimed_it'] },
    () => hedy.visitor.call('reportCall', { userId: grace }, { body: { signs: ['pressed', 'claimed_it'] } }),
  ],
  [
    'a freeze',
    { kind: 'frozen', by: null },
    async () => {
      await (await portal.signedIn(GRACE)).call('freezeMyself');
      await portal.app.services.helpdeskServices.freezes.unfreeze(grace);
    },
  ],
];

test.each(attacks)(
  '%s is seen by every agent, and resets need an approver for a day',
  async (_what, attackSign, attack) => {
    expect(await seen()).toEqual([]);
    await attack();
    for (const who of [hedy, annie]) expect(await seen(who)).toMatchObject([{ ...attackSign, times: 1 }]);
    await env.takeRequests();
    const waiting = (await hedy.reset(grace)).body.approval;
    expect(waiting.approvalReasons).toEqual(['attack_signs']);
    expect(await requestedChanges(env)).toEqual([]);
    expect((await approve(annie, waiting.id)).body.status).toBe('done');
    await later(24 * HOUR);
    expect(await seen()).toEqual([]);
  },
);

test('a call reported again adds what was odd, is shown for a day from then on, and raises an alarm', async () => {
  const report = (...signs: string[]) => hedy.visitor.call('reportCall', { userId: grace }, { body: { signs } });
  await report('pressed');
  await later(23 * HOUR);
  expect((await report('claimed_it', 'pressed')).body.attackSigns).toMatchObject([
    { times: 2, signs: ['pressed', 'claimed_it'] },
  ]);
  expect(await raisedAlarms(portal.store)).toEqual([`call_reported ${grace}`, `call_reported ${grace}`]);
  for (const signs of [['pressed', 'pressed'], ['hacked']]) expect((await report(...signs)).status).toBe(400);
  await later(24 * HOUR - 2);
  expect(await seen()).toMatchObject([{ times: 2 }]);
  await later(2);
  expect(await seen()).toEqual([]);
});

test('a report needs no sign of what was odd', async () => {
  const report = await hedy.visitor.call('reportCall', { userId: grace }, { body: { signs: [] } });
  expect([said(report), report.body.attackSigns]).toMatchObject(['201', [{ kind: 'reported', signs: [] }]]);
});

test('an agent reports ten calls an hour, also at once, and whoever asked for more is recorded', async () => {
  const margaret = await personId(portal, MARGARET);
  const report = (userId: string) => hedy.visitor.call('reportCall', { userId }, { body: { signs: ['claimed_it'] } });
  const replies = await Promise.all(Array.from({ length: 12 }, (_, n) => report(n % 2 === 0 ? grace : margaret)));
  expect(replies.map(rule).toSorted()).toEqual([
    ...Array.from({ length: 10 }, () => '201'),
    ...Array.from({ length: 2 }, () => '429 limit_reached reports_agent'),
  ]);
  const signs = await Promise.all([grace, margaret].map((id) => attackSigns().of(id)));
  expect(signs.flat().reduce((sum, { times }) => sum + times, 0)).toBe(10);
  const log = portal.store.selectFrom('audit_log').select('reason').where('event', '=', 'helpdesk.refused');
  expect(await log.execute()).toEqual(Array.from({ length: 2 }, () => ({ reason: 'reportCall: limit_reached' })));
  expect(said(await annie.visitor.call('reportCall', { userId: grace }, { body: { signs: ['claimed_it'] } }))).toBe(
    '201',
  );
  await later(HOUR);
  expect(rule(await report(grace))).toBe('201');
});

test('a push at a method that a reset of the helpdesk removes ends as expired', async () => {
  const factorId = await withPush(env, GRACE);
  const { body } = await begin(annie, { type: 'push', factorId, choice: allLost });
  expect((await hedy.reset(grace)).body).toMatchObject({ status: 'done', remaining: [] });
  env.advance(301);
  expect((await poll(annie, body.id)).body.status).toBe('expired');
  expect(await seen()).toEqual([]);
});

test('a verification that ends otherwise leaves no sign of attack', async () => {
  const factorId = await withPush(env, GRACE);
  const { body } = await begin(hedy, { type: 'push', factorId, choice: allLost });
  env.advance(301);
  expect((await poll(hedy, body.id)).body.status).toBe('expired');
  const id = await ownPage();
  await portal.app.services.callerVerifications.issueCode(grace, id, answeredByOkta);
  await hedy.visitor.call('checkCallerCode', { userId: grace, id }, { body: { code: 'BFHKMQRW' } });
  expect(await seen()).toEqual([]);
});

test('a repeat is counted, and binds for a day of its own', async () => {
  await record();
  await later(20 * HOUR);
  await record();
  await later(24 * HOUR - 2);
  expect(await seen()).toMatchObject([{ kind: 'push_denied', times: 2 }]);
  expect(await reset()).toEqual(['attack_signs']);
  await portal.store.deleteFrom('approvals').execute();
  await later(2);
  expect([await seen(), await reset()]).toEqual([[], 'done']);
  await record();
  expect(await seen()).toMatchObject([{ times: 1 }]);
});

test('a later denial to another agent binds for a day of its own, and the first one still ends', async () => {
  await record();
  await later(20 * HOUR);
  await changeStore(portal.store, (tx) =>
    attackSigns().record(tx, grace, 'not_called', { id: annie.id, name: 'Annie' }),
  );
  expect(await seen()).toMatchObject([{ kind: 'not_called' }, { kind: 'push_denied' }]);
  await later(20 * HOUR);
  expect(await seen()).toMatchObject([{ kind: 'not_called', times: 1 }]);
  expect(await reset()).toEqual(['attack_signs']);
});

test.each(['the reset', 'the next push'])(
  'a denial that nobody polled is found by %s, also after the push',
  async (by) => {
    const factorId = await withPush(env, GRACE);
    await begin(hedy, { type: 'push', factorId, choice: allLost });
    await answerPush(env, GRACE, 'deny');
    env.advance(by === 'the reset' ? 301 : 1);
    if (by === 'the reset') expect(await reset(annie)).toEqual(['attack_signs']);
    else expect(said(await begin(annie, { type: 'push', factorId, choice: allLost }))).toBe('201');
    expect(await seen()).toMatchObject([{ kind: 'push_denied', by: 'Hedy Lamarr' }]);
  },
);

test('a freeze binds for a day of its own, though another sign of attack or freeze came before', async () => {
  const record = (kind: 'push_denied' | 'frozen') =>
    changeStore(portal.store, (tx) => attackSigns().record(tx, grace, kind, null));
  const bindsAfter = async (hours: number) => {
    env.advance(hours * HOUR);
    return (await attackSigns().findEnd(grace)) !== null;
  };
  await record('push_denied');
  env.advance(20 * HOUR);
  await record('frozen');
  expect(await bindsAfter(20)).toBe(true);
  await record('frozen');
  expect([await bindsAfter(23), await bindsAfter(2)]).toEqual([true, false]);
});

test('the person’s page says until when an approver is needed: a day after the last sign or reset', async () => {
  const need = async () => {
    const { needsApprover } = (await hedy.visitor.call('getPerson', { userId: grace })).body;
    return needsApprover && (Date.parse(needsApprover.until) - env.clock.now()) / (HOUR * 1000);
  };
  expect(await need()).toBeNull();
  expect(await reset()).toBe('done');
  expect(await need()).toBeCloseTo(24, 1);
  await later(12 * HOUR);
  expect(await need()).toBeCloseTo(12, 1);
  await changeStore(portal.store, (tx) => attackSigns().record(tx, grace, 'frozen', null));
  expect(await need()).toBeCloseTo(24, 1);
  await later(13 * HOUR);
  expect(await need()).toBeCloseTo(11, 1);
  await later(11 * HOUR + 60);
  expect(await need()).toBeNull();
});

test('the signs are listed by weight, of each kind the newest first', async () => {
  for (const [kind, by] of [
    ['not_called', 'Hedy'],
    ['wrong_codes', 'Hedy'],
    ['push_denied', 'Hedy'],
    ['push_denied', 'Annie'],
  ] as const) {
    await changeStore(portal.store, (tx) => attackSigns().record(tx, grace, kind, { id: by, name: by }));
    env.advance(1);
  }
  expect((await attackSigns().of(grace)).map(({ kind, by }) => [kind, by])).toEqual([
    ['not_called', 'Hedy'],
    ['push_denied', 'Annie'],
    ['push_denied', 'Hedy'],
    ['wrong_codes', 'Hedy'],
  ]);
});

test('a reported call neither shortens nor lengthens another sign of attack', async () => {
  await hedy.visitor.call('reportCall', { userId: grace }, { body: { signs: ['claimed_it'] } });
  await later(23 * HOUR);
  await changeStore(portal.store, (tx) => attackSigns().record(tx, grace, 'push_denied', null));
  await later(2 * HOUR);
  expect((await hedy.reset(grace)).body.status).toBe('waiting');
  await hedy.visitor.call('reportCall', { userId: grace }, { body: { signs: ['claimed_it'] } });
  await later(22 * HOUR);
  expect(await seen()).toMatchObject([{ kind: 'reported' }]);
});

test('[A8] a sign of attack that comes after the decision and before the intent stops the reset; nothing is used up', async () => {
  const callerVerificationId = await hedy.verified(grace);
  // The last check before the intent lists the agent's own factors.
  beforeList = async (userId) => {
    if (userId !== hedy.id) return;
    beforeList = async () => {};
    await record();
  };
  await env.takeRequests();
  expect(rule(await hedy.reset(grace, { callerVerificationId }))).toBe('409 conflict attack_signs');
  expect([await requestedChanges(env), await resetRows(portal)]).toEqual([[], []]);
  const again = await hedy.requestReset(grace, { callerVerificationId });
  expect(again.body.approval.approvalReasons).toEqual(['attack_signs']);
});

test('beside the intent of a reset, a sign of attack comes after it, or there is no intent', async () => {
  const intend = async (tx: Store) => {
    await lockPeople(tx, grace, hedy.id);
    await attackSigns().assertNone(tx, grace);
  };
  const recordSign = (tx: Store) => attackSigns().record(tx, grace, 'frozen', null);
  expect((await interleave(portal.store, intend, () => changeStore(portal.store, recordSign))).status).toBe(
    'fulfilled',
  );
  await portal.store.deleteFrom('attack_signs').execute();
  const late = await interleave(portal.store, recordSign, () => changeStore(portal.store, intend));
  expect(late).toMatchObject({ status: 'rejected', reason: { code: 'conflict' } });
});

test('an unfreeze within the day takes an approver too', async () => {
  const factorId = await withPush(env, GRACE);
  await later(30 * 24 * HOUR);
  await (await portal.signedIn(GRACE)).call('freezeMyself');
  const by = await verifiedBy(portal, grace, factorId);
  const caller = { agent_id: hedy.id, agent_name: HEDY, user_id: grace, type: 'push', ...by } as const;
  const { callerVerifications } = portal.app.services;
  const verified = async () =>
    (await callerVerifications.attest({ ...caller, methods: [], all: 0, reason: 'other' })).id;
  const asked = await hedy.unfreeze(grace, { callerVerificationId: await verified(), reason: 'other' });
  expect(asked.body.approval).toMatchObject({ approvalReasons: ['unfreeze', 'attack_signs'], operation: 'unfreeze' });
  expect((await approve(annie, asked.body.approval.id)).body.status).toBe('done');
  await (await portal.signedIn(GRACE)).call('freezeMyself');
  // The deadline of the freeze's calls to Okta is measured by the test's clock.
  const pending = () => portal.store.selectFrom('tasks').select('user_id').where('kind', '=', 'cancel').execute();
  await expect.poll(pending).toEqual([]);
  await later(25 * HOUR);
  const again = await hedy.unfreeze(grace, { callerVerificationId: await verified(), reason: 'other' });
  expect(again.body.approval).toMatchObject({ approvalReasons: ['unfreeze'] });
});

test('[A10] pushes: three an hour by one agent to one person, six to one person by all', async () => {
  const limits = { ...standardPolicy.limits, verificationsPerPersonHour: 5 };
  await open({ helpdesk: helpdeskOfDemo(env, { policy: { ...standardPolicy, limits } }) });
  expect(standardPolicy.limits).toMatchObject({ verificationsPerAgentHour: 3, verificationsPerPersonHour: 6 });
  const factorId = await withPush(env, GRACE);
  const push = (who: SignedInStaff) => begin(who, { type: 'push', factorId, choice: allLost });
  await env.fault({ match: 'POST /api/v1/users/*/factors/*/verify', times: 1, status: 403 });
  expect((await push(hedy)).status).toBeGreaterThanOrEqual(400);
  for (let count = 0; count < 3; count += 1) expect(said(await push(hedy))).toBe('201');
  expect(rule(await push(hedy))).toBe('429 limit_reached verifications_agent');
  env.advance(301);
  for (let count = 0; count < 2; count += 1) expect(said(await push(annie))).toBe('201');
  expect(rule(await push(annie))).toBe('429 limit_reached verifications_person');
  const other = { type: 'push', factorId: await withPush(env, MARGARET), choice: allLost };
  const margaret = await personId(portal, MARGARET);
  expect(said(await hedy.visitor.call('startCallerVerification', { userId: margaret }, { body: other }))).toBe('201');
  await later(HOUR);
  expect(said(await push(hedy))).toBe('201');
});
