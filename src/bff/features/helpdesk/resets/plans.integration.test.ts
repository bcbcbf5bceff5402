import { beforeEach, expect, test } from 'vitest';
import type { HelpdeskPerson, OperationPlan, PlanBody } from '#contract/helpdesk.ts';
import { withPhone, withPush } from '#testing/security-methods.ts';
import { GRACE, HEDY } from '#testing/test-env.ts';
import { said, type Reply } from '#testing/visitor.ts';
import { signInAgent } from '../testing/agent-fixture.ts';
import { helpdeskOfDemo, personId } from '../testing/helpdesk-fixture.ts';
import { env, grace, hedy, openDesk, portal } from '../testing/desk.ts';

const DAY = 24 * 3600;
const DOROTHY = 'dorothy@example.com';
let phone: string;

/** Grace has two apps and a phone number, all 30 days old. */
const setUp = (over: Parameters<typeof helpdeskOfDemo>[1] = {}) =>
  openDesk({ app: { helpdesk: helpdeskOfDemo(env, over) } }, async () => {
    phone = await withPhone(env, GRACE);
    await portal.app.services.users.read(grace);
    env.advance(30 * DAY);
  });
beforeEach(() => setUp());

const look = async (): Promise<HelpdeskPerson> => (await hedy.visitor.call('getPerson', { userId: grace })).body;
type Draft = Omit<PlanBody, 'token'>;
const plan = (body: Draft, token: string, userId = grace): Promise<Reply> =>
  hedy.visitor.call('planOperation', { userId }, { body: { ...body, token } });
function send({ operation, ...body }: Draft): Promise<Reply> {
  const params = { userId: grace };
  if (operation === 'unlock') return hedy.visitor.call('unlock', params, { body });
  if (operation === 'unfreeze') return hedy.visitor.call('unfreeze', params, { body });
  return hedy.visitor.call('resetMethods', params, { body: { factorIds: [], ...body } });
}
const idOf = ({ factors }: HelpdeskPerson, kind: string) =>
  factors.flatMap((one) => (one.kind === kind ? [one.id] : []));
async function called(reason: 'lost' | 'locked-out', factorIds: [] | 'all' = []): Promise<string> {
  const body = { type: 'call-back', factorId: phone, attest: true, choice: { factorIds, reason } };
  return (await hedy.visitor.call('startCallerVerification', { userId: grace }, { body: body as never })).body.id;
}

/** Returns how the request ended. */
async function compare(draft: Draft): Promise<string> {
  const seen = await look();
  const planned = await plan(draft, seen.watch.token);
  const done = await send(draft);
  if (planned.status !== 200) {
    expect(said(done)).toBe(said(planned));
    return said(done);
  }
  const { missing, stepUp, removed, remaining, notifies, notifiesRemoved, ...rest } = planned.body as OperationPlan;
  const [first] = missing;
  if (first || stepUp) {
    expect(done.body.error).toMatchObject(
      first?.code === 'bad_request' ? { code: 'bad_request' } : (first ?? { code: 'step_up_required' }),
    );
    return said(done);
  }
  expect(done.status).toBe(200);
  const named = (ids: readonly string[]) =>
    seen.factors.flatMap(({ id, kind, name }) => (ids.includes(id) ? [{ kind, name }] : []));
  const removes = named(removed.map(({ factorId }) => factorId));
  if (rest.approvalReasons.length === 0) {
    const { notified, ...body } = done.body;
    const { operation, recoveryCode } = rest;
    const at = expect.any(String) as string;
    expect(body).toEqual({
      status: 'done',
      operation,
      at,
      removed: removes,
      remaining: named(remaining),
      recoveryCode,
    });
    expect(notified).toHaveLength(notifies.length + notifiesRemoved);
    expect(notified).toEqual(expect.arrayContaining(notifies));
  } else {
    expect(done.body).toMatchObject({
      status: 'waiting',
      approval: {
        approvalReasons: rest.approvalReasons,
        methods: draft.operation === 'reset' ? removes : expect.anything(),
        consequences: { remaining: named(remaining), ...(rest.recoveryCode && { codeTo: rest.recoveryCode.sentTo }) },
      },
    });
  }
  return done.body.status;
}

const signOfAttack = () => hedy.visitor.call('reportCall', { userId: grace }, { body: { signs: ['claimed_it'] } });
async function frozen(): Promise<void> {
  await (await portal.signedIn(GRACE)).call('freezeMyself');
  await portal.store.deleteFrom('attack_signs').execute();
}
const states: Record<string, () => Promise<unknown>> = {
  nothing: async () => {},
  'signs of an attack': signOfAttack,
  'a reset within the day': async () => hedy.reset(grace, { factorIds: idOf(await look(), 'totp') }),
  'no method left': () => hedy.reset(grace),
  'a freeze': frozen,
  'a freeze, and a method from shortly before': async () => {
    await withPush(env, GRACE);
    await frozen();
  },
  'a lock-out': () => env.setStatus(GRACE, 'LOCKED_OUT'),
  'a request of another agent': async () =>
    (await signInAgent(portal, DOROTHY)).reset(grace, { callerVerificationId: undefined, note: 'abroad' } as never),
  'a privileged person': () => setUp({ privilegedGroupIds: [env.emulator.groups.engineering] }),
  'no unverified caller': () => setUp({ unverified: false }),
};

const why = { reason: 'lost', ticket: 'INC-1' } as const;
const drafts: (() => Promise<Draft> | Draft)[] = [
  () => ({ operation: 'reset' }),
  () => ({ operation: 'reset', factorIds: 'all', ticket: 'INC-1' }),
  () => ({ operation: 'reset', factorIds: 'all', reason: 'lost' }),
  () => ({ operation: 'reset', factorIds: 'all', ...why }),
  () => ({ operation: 'reset', factorIds: 'all', ...why, callerVerificationId: 'unknown-verification' }),
  async () => ({
    operation: 'reset',
    factorIds: 'all',
    ...why,
    callerVerificationId: await hedy.verified(grace, 'push', { methods: [] }),
  }),
  async () => ({
    operation: 'reset',
    factorIds: 'all',
    ...why,
    callerVerificationId: await hedy.verified(grace, 'push', { reason: 'broken' }),
  }),
  () => ({ operation: 'unlock', ticket: 'INC-1' }),
  async () => ({ operation: 'unlock', ticket: 'INC-1', callerVerificationId: await called('locked-out') }),
  () => ({ operation: 'unfreeze', ...why }),
  async () => ({ operation: 'unfreeze', ...why, callerVerificationId: await called('lost') }),
  async () => ({
    operation: 'reset',
    factorIds: idOf(await look(), 'sms'),
    ...why,
    callerVerificationId: await hedy.verified(grace, 'own-session', { strength: 2 }),
  }),
  async () => ({
    operation: 'reset',
    factorIds: idOf(await look(), 'totp'),
    ...why,
    callerVerificationId: await hedy.verified(grace),
  }),
  () => ({ operation: 'reset', factorIds: 'all', ...why, note: 'abroad' }),
  async () => ({ operation: 'reset', factorIds: 'all', ...why, callerVerificationId: await hedy.verified(grace) }),
];

const ends = new Set<string>();
test.each(Object.keys(states))(
  'a plan lacks nothing if, and only if, the request is carried out: %s',
  async (state) => {
    await states[state]!();
    expect(await compare(await drafts.at(-1)!())).toMatch(/^4/);
    for (const draft of drafts) {
      await hedy.stepUp(`helpdesk:${grace}`);
      ends.add(await compare(await draft()));
    }
  },
);
test('some of them are carried out, some wait for an approver, others are refused', () => {
  const refused = ['400 bad_request', '400 ticket_required', '403 caller_verification_required', '409 conflict'];
  expect([...ends].toSorted()).toEqual([...refused, '429 limit_reached', 'done', 'waiting']);
});

test('a method of the person that is gone is a conflict, and no refusal in the audit log', async () => {
  const { watch } = await look();
  const body = { operation: 'reset', factorIds: ['uft00000000000000000'], ...why, note: 'abroad' } satisfies Draft;
  expect(said(await plan(body, watch.token))).toBe('409 conflict');
  expect(said(await send(body))).toBe('409 conflict');
  const call = { type: 'own-session', choice: { factorIds: body.factorIds, reason: 'lost' } } as const;
  expect(said(await hedy.visitor.call('startCallerVerification', { userId: grace }, { body: call }))).toBe(
    '409 conflict',
  );
  expect(await portal.auditRows({ event: 'helpdesk.refused' }, 'reason')).toEqual([]);
  const nobody = '00u00000000000000000';
  expect(said(await plan(body, watch.token, nobody))).toBe('404 not_found');
  expect(await portal.auditRows({ event: 'helpdesk.refused' }, 'reason')).toEqual([
    { reason: 'planOperation: not_found' },
  ]);
});

test('a plan is made for who looked at the person and may do it, and changes nothing', async () => {
  const { watch } = await look();
  const draft = { operation: 'reset', factorIds: 'all', ...why, note: 'abroad' } as const;
  const tables = ['audit_log', 'counted_events', 'caller_verifications', 'approvals', 'step_ups'] as const;
  const rows = () => Promise.all(tables.map((table) => portal.store.selectFrom(table).selectAll().execute()));
  const before = await rows();
  expect(said(await plan(draft, watch.token))).toBe('200');
  expect(await rows()).toEqual(before);
  expect(said(await plan(draft, 'no-token'))).toBe('404 not_found');
  const colleague = await personId(portal, HEDY);
  expect(said(await plan(draft, watch.token, colleague))).toBe('403 out_of_policy');
  const other = await signInAgent(portal, HEDY);
  const body = { ...draft, token: watch.token };
  expect(said(await other.visitor.call('planOperation', { userId: grace }, { body }))).toBe('404 not_found');
});
