import type { AuditEvent } from '#contract/audit-log/audit-events.ts';
import { beforeEach, expect, test } from 'vitest';
import { interleave } from '#testing/postgres/interleave.ts';
import { ANNIE, GRACE, HEDY, testEnv, type Portal } from '#testing/test-env.ts';
import { said, type Reply } from '#testing/visitor.ts';
import { changeStore } from '../../../platform/store/change-store.ts';
import type { Store } from '../../../platform/store/open.ts';
import { requestedChanges, resetRows, signInAgent, type SignedInStaff } from '../testing/agent-fixture.ts';
import { personId } from '../testing/helpdesk-fixture.ts';

/*
 * The locks of these requests do not work, as when a holder pauses for longer than its lease.
 * Only the transactions decide.
 */
const env = await testEnv();
/** With one store, like two processes. */
let portals: [Portal, Portal];
let grace: string;
let hedys: [SignedInStaff, SignedInStaff];
let annies: [SignedInStaff, SignedInStaff];
/** How many requests wait for each other before they consume a step-up. 0: no request waits. */
let meeting = 0;
let arrived: (() => void)[] = [];
beforeEach(async () => {
  const first = await env.fresh();
  portals = [first, await env.another({ app: { store: first.store } })];
  for (const { services } of portals.map(({ app }) => app)) {
    services.lock = (_name, work) => work();
    const { consume } = services.stepUps;
    services.stepUps.consume = async (...args) => {
      if (meeting > 0) await new Promise<void>(meet);
      return consume(...args);
    };
  }
  grace = await personId(first, GRACE);
  [hedys, annies] = [await both(HEDY), await both(ANNIE)];
});

const both = async (login: string): Promise<[SignedInStaff, SignedInStaff]> => [
  await signInAgent(portals[0], login),
  await signInAgent(portals[1], login),
];
function meet(go: () => void): void {
  arrived.push(go);
  if (arrived.length < meeting) return;
  const all = arrived;
  [arrived, meeting] = [[], 0];
  for (const one of all) one();
}
/** The requests wait for each other after their checks. Returns both results, sorted. */
async function atOnce(...requests: [() => Promise<Reply>, () => Promise<Reply>]): Promise<string[]> {
  meeting = requests.length;
  const replies = await Promise.all(requests.map((request) => request()));
  const what = (reply: Reply) => [said(reply), reply.body?.status, reply.body?.error?.rule].filter(Boolean).join(' ');
  return replies.map(what).toSorted();
}
const events = async (event: AuditEvent) =>
  (await portals[0].auditRows({ event }, 'outcome')).map(({ outcome }) => outcome);
const ask = (agent: SignedInStaff) => agent.reset(grace, { callerVerificationId: undefined, note: 'abroad' });

test('two approvals of one request, or an approval and a denial: one counts', async () => {
  for (const other of ['approve', 'deny'] as const) {
    const { id } = (await ask(hedys[0])).body.approval;
    for (const annie of annies) await annie.stepUp(`approve:${id}`);
    await env.takeRequests();
    const decide = ({ visitor }: SignedInStaff, decision: 'approve' | 'deny') =>
      visitor.call('decideApproval', { id }, { body: { decision, ...(decision === 'deny' && { reason: 'attack' }) } });
    if (other === 'approve') {
      const came = await atOnce(
        () => decide(annies[0], 'approve'),
        () => decide(annies[1], other),
      );
      expect(came).toEqual(['200 done', '409 conflict decided']);
      expect(await requestedChanges(env)).toEqual(['POST /lifecycle/reset_factors', 'DELETE /sessions']);
      expect((await resetRows(portals[0])).map(({ type }) => type)).toEqual(['intent', 'outcome']);
    } else {
      // A denial consumes no step-up, so it does not wait.
      meeting = 2;
      const approving = decide(annies[0], 'approve');
      while (arrived.length === 0) await new Promise((resolve) => setImmediate(resolve));
      expect(said(await decide(annies[1], 'deny'))).toBe('200');
      meeting = 1;
      meet(() => {});
      expect(said(await approving)).toBe('409 conflict');
      expect(await requestedChanges(env)).toEqual([]);
    }
  }
});

test('two agents who ask approvers about one person: one request waits', async () => {
  expect(
    await atOnce(
      () => ask(hedys[0]),
      () => ask(annies[1]),
    ),
  ).toEqual(['200 waiting', '409 conflict approval_waits']);
  expect(await portals[0].store.selectFrom('approvals').select('status').execute()).toEqual([{ status: 'waiting' }]);
});

test('one verification of the caller, confirmed twice: one reset', async () => {
  const callerVerificationId = await hedys[0].verified(grace);
  await env.takeRequests();
  const came = await atOnce(
    () => hedys[0].reset(grace, { callerVerificationId }),
    () => hedys[1].reset(grace, { callerVerificationId }),
  );
  expect(came).toEqual(['200 done', '403 caller_verification_required not_verified']);
  expect(await requestedChanges(env)).toEqual(['POST /lifecycle/reset_factors', 'DELETE /sessions']);
  // The refused request consumed no verification, so it must not restore one.
  const found = await portals[0].app.services.callerVerifications.find(hedys[0].id, grace, callerVerificationId);
  expect(found?.status).toBe('used');
});

test('one unfreeze approved twice: one ends the freeze, and the person is told once', async () => {
  const { store } = portals[0];
  await (await portals[0].signedIn(GRACE)).call('freezeMyself');
  await store.deleteFrom('attack_signs').execute();
  const { id } = (await hedys[0].unfreeze(grace, { note: 'abroad' })).body.approval;
  for (const annie of annies) await annie.stepUp(`approve:${id}`);
  const approve = ({ visitor }: SignedInStaff) =>
    visitor.call('decideApproval', { id }, { body: { decision: 'approve' } });
  expect(
    await atOnce(
      () => approve(annies[0]),
      () => approve(annies[1]),
    ),
  ).toEqual(['200 done', '409 conflict decided']);
  expect(await events('user.account.unfreeze')).toEqual(['success']);
});

test('two reports of one agent are one sign of attack, and nothing that was odd is lost', async () => {
  const { store, app } = portals[0];
  const { attackSigns } = app.services.helpdeskServices;
  const by = { id: hedys[0].id, name: 'Hedy Lamarr' };
  const recordSign = (sign: 'claimed_it' | 'wrong_details') => (tx: Store) =>
    attackSigns.record(tx, grace, 'reported', by, [sign]);
  const late = await interleave(store, recordSign('claimed_it'), () => changeStore(store, recordSign('wrong_details')));
  expect(late.status).toBe('fulfilled');
  expect(await attackSigns.of(grace)).toMatchObject([{ times: 2, signs: ['claimed_it', 'wrong_details'] }]);
});
