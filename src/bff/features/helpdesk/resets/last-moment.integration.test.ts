import { beforeEach, expect, test } from 'vitest';
import { interleave } from '#testing/postgres/interleave.ts';
import { findId, withPush } from '#testing/security-methods.ts';
import { GRACE } from '#testing/test-env.ts';
import { said } from '#testing/visitor.ts';
import { changeStore } from '../../../platform/store/change-store.ts';
import { endSessions } from '../../../identity/sessions/revocations.ts';
import type { Store } from '../../../platform/store/open.ts';
import { approve, requestedChanges, type SignedInStaff } from '../testing/agent-fixture.ts';
import { plannedReset } from '../testing/planned-reset.ts';
import { annie, env, grace, hedy, openDesk, portal, rule } from '../testing/desk.ts';

/* These changes come after all checks and before the intent, so only the transaction can see them. */
let push: string;
let app: string;
beforeEach(() =>
  openDesk({}, async () => {
    push = await withPush(env, GRACE);
    app = await findId(await portal.signedIn(GRACE), 'totp');
    env.advance(30 * 24 * 3600);
  }),
);

const helpdesk = () => portal.app.services.helpdeskServices;
const freeze = (userId: string) => helpdesk().freezes.freeze(userId);
const withdraw = () => portal.store.updateTable('approvals').set({ status: 'withdrawn' }).execute();
function before<Name extends string>(
  all: Record<Name, (...args: never[]) => unknown>,
  name: Name,
  action: () => Promise<unknown>,
): void {
  const work = all[name] as (...args: unknown[]) => unknown;
  all[name] = async (...args: unknown[]) => {
    all[name] = work;
    await action();
    return work(...args);
  };
}
const ask = () => hedy.reset(grace, { callerVerificationId: undefined, note: 'abroad' });
const statuses = async () =>
  (await portal.store.selectFrom('approvals').select('status').execute()).map(({ status }) => status);
const isFrozen = async () => (await helpdesk().frozenAt(grace)) !== null;
/** Freezes without a sign of attack, and verifies by a push. Returns the id of the verification. */
async function frozenAndCalled(): Promise<string> {
  await freeze(grace);
  const id = await hedy.verified(grace, 'push', { reason: 'replaced' });
  await portal.store.updateTable('caller_verifications').set({ factor_id: push }).where('id', '=', id).execute();
  return id;
}

test('a request for an approval, when the person is frozen: nothing waits', async () => {
  before(portal.app.services.stepUps, 'consume', () => freeze(grace));
  expect(rule(await ask())).toBe('423 frozen');
  expect(await statuses()).toEqual([]);
});

test.each([
  ['agent_hour', 'reset_by', () => hedy.id],
  ['requests_agent', 'request_by', () => `${hedy.id} ${grace}`],
  ['person_day', 'reset_of', () => grace],
] as const)('[A10] a request, when the limit %s is reached: nothing waits', async (limit, kind, who) => {
  const at = env.clock.now();
  const counted = Array.from({ length: 10 }, () => ({ seq: null, kind, who: who(), at, expires_at: at + 60_000 }));
  before(portal.app.services.stepUps, 'consume', () =>
    portal.store.insertInto('counted_events').values(counted).execute(),
  );
  expect(rule(await ask())).toBe(`429 limit_reached ${limit}`);
  expect(await statuses()).toEqual([]);
});

const signOut = ({ id }: SignedInStaff) => changeStore(portal.store, (tx) => endSessions(id, env.clock.now(), tx));
const deny = (id: string) =>
  annie.visitor.call('decideApproval', { id }, { body: { decision: 'deny', reason: 'attack' } });

test.each([
  ['a denial', (id: string) => deny(id)],
  ['an approval', (id: string) => approve(annie, id)],
])('%s, when the approver’s session is ended: the request goes on waiting', async (_what, decide) => {
  const { id } = (await ask()).body.approval;
  before(portal.app.services.auditLog, 'event', () => signOut(annie));
  expect(said(await decide(id))).toBe('401 signed_out');
  expect(await statuses()).toEqual(['waiting']);
});

test('an unfreeze of a colleague, when the approver’s session is ended: the freeze stays', async () => {
  await freeze(hedy.id);
  const callerVerificationId = await annie.verified(hedy.id, 'push', { methods: [], reason: 'replaced' });
  const old = (await portal.okta.userFactorApi.listFactors({ userId: hedy.id }))[0]!.id;
  await portal.store
    .updateTable('caller_verifications')
    .set({ factor_id: old })
    .where('id', '=', callerVerificationId)
    .execute();
  before(portal.app.services.auditLog, 'event', () => signOut(annie));
  expect(rule(await annie.unfreeze(hedy.id, { callerVerificationId, reason: 'replaced' }))).toBe('401 signed_out');
  expect(await helpdesk().frozenAt(hedy.id)).not.toBe(null);
});

test('an approved reset, when the approval is withdrawn: nothing is reset', async () => {
  const { id } = (await ask()).body.approval;
  await env.takeRequests();
  before(helpdesk().resets, 'run', withdraw);
  expect(rule(await approve(annie, id))).toBe('409 conflict withdrawn');
  expect([await statuses(), await requestedChanges(env)]).toEqual([['withdrawn'], []]);
});

test('a reset of a frozen person, when the freeze is requested again: nothing is reset', async () => {
  const callerVerificationId = await frozenAndCalled();
  await env.takeRequests();
  before(helpdesk().resets, 'run', () => freeze(grace));
  const body = { callerVerificationId, reason: 'replaced' as const, factorIds: [app] };
  expect(rule(await hedy.reset(grace, body))).toBe('423 frozen');
  expect([await isFrozen(), await requestedChanges(env)]).toEqual([true, []]);
});

const resetBegins = () => helpdesk().approvals.request(plannedReset('another', hedy.id, grace), portal.store);
test.each([
  ['the approval is withdrawn', withdraw, '409 conflict withdrawn'],
  ['the approver is frozen', () => freeze(annie.id), '423 frozen'],
  ['the freeze is requested again', () => freeze(grace), '409 conflict not_frozen'],
  ['a reset is asked for', resetBegins, '409 conflict reset_first'],
])('an approved unfreeze, when %s: the freeze stays', async (_what, action, code) => {
  await freeze(grace);
  const { id } = (await hedy.unfreeze(grace, { note: 'stands in front of me' })).body.approval;
  before(helpdesk().resets, 'run', action);
  expect(rule(await approve(annie, id))).toBe(code);
  expect(await isFrozen()).toBe(true);
});

test('a reset of a frozen person beside a sign of attack that is about to be written: nothing is reset', async () => {
  const callerVerificationId = await frozenAndCalled();
  await hedy.stepUp(`helpdesk:${grace}`);
  await env.takeRequests();
  const recordSign = (tx: Store) => helpdesk().attackSigns.record(tx, grace, 'not_called', null);
  const body = { callerVerificationId, reason: 'replaced' as const, factorIds: [app] };
  await interleave(portal.store, recordSign, () => hedy.requestReset(grace, body));
  expect([await isFrozen(), await requestedChanges(env)]).toEqual([true, []]);
});
