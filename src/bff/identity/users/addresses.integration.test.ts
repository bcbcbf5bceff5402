import { beforeEach, expect, test } from 'vitest';
import { ANNIE, GRACE, HEDY, testEnv, type Portal } from '#testing/test-env.ts';
import { enqueueNotification } from '../../records/notifications/enqueue.ts';
import { approve, signInAgent, recoveryCodeIn } from '../../features/helpdesk/testing/agent-fixture.ts';
import { personId } from '../../features/helpdesk/testing/helpdesk-fixture.ts';

const DAY = 24 * 3600;
const env = await testEnv();
let portal: Portal;
let grace: string;
beforeEach(async () => {
  portal = await env.fresh();
  grace = await personId(portal, GRACE);
});

/** `days`: how many days ago Okta changed Grace. */
async function has(email: string, secondEmail: string | null, days: number): Promise<void> {
  const lastUpdated = new Date(env.clock.now() - days * DAY * 1000).toISOString();
  await env.clearFaults();
  const profile = { login: GRACE, email, secondEmail, firstName: 'Grace', lastName: 'Hopper' };
  await env.fault({
    match: `GET /api/v1/users/${grace}`,
    times: 1000,
    status: 200,
    body: { id: grace, status: 'ACTIVE', lastUpdated, profile, _links: {} },
  });
}
const read = () => portal.app.services.users.read(grace);
const old = async () => portal.app.services.addresses.old(await read());
/** Resets all of Grace's methods. Returns who got the recovery code, who got a freeze link, and who got any email. */
async function reset(): Promise<{ code: string[]; told: string[]; freeze: string[] }> {
  const sent: { to: string; body: string }[] = [];
  const other = await env.another({ app: { store: portal.store, mailer: async (email) => void sent.push(email) } });
  const hedy = await signInAgent(other, HEDY);
  const answer = (await hedy.reset(grace)).body;
  if (answer.status === 'waiting') {
    expect(answer.approval.approvalReasons).toEqual(['no_channel']);
    expect((await approve(await signInAgent(other, ANNIE), answer.approval.id)).body).toMatchObject({
      status: 'done',
      recoveryCodeWaits: true,
    });
  }
  await other.app.services.outbox.flush();
  return {
    code: sent.filter(({ body }) => recoveryCodeIn(body)).map(({ to }) => to),
    freeze: sent.filter(({ body }) => body.includes('/freeze/')).map(({ to }) => to),
    told: sent.map(({ to }) => to).toSorted(),
  };
}

test('a name, which people may write themselves, is one line and turns no text around', async () => {
  await env.clearFaults();
  const profile = { login: GRACE, firstName: 'Grace\nApproved by Annie\u202E', lastName: '\u2028Hopper' };
  const body = { id: grace, status: 'ACTIVE', profile, _links: {} };
  await env.fault({ match: `GET /api/v1/users/${grace}`, times: 1000, status: 200, body });
  const firstName = 'Grace Approved by Annie';
  expect(await read()).toMatchObject({ firstName, name: `${firstName} Hopper` });
});

test('[A9] the addresses of a user who did not change for seven days are verified', async () => {
  await has(GRACE, 'home@example.com', 6);
  expect(await old()).toEqual([]);
  await has(GRACE, 'home@example.com', 8);
  expect(await old()).toEqual([GRACE, 'home@example.com']);
});

test('[A9] a lock-out makes no address new that was seen before it; one that was never seen stays new', async () => {
  await has(GRACE, null, 100);
  await read();
  // As after a lock and unlock: Okta changed the user, but no address.
  await has(GRACE, null, 0);
  expect(await old()).toEqual([GRACE]);
  await portal.store.deleteFrom('seen_addresses').execute();
  expect(await old()).toEqual([]);
});

test('[A9] an address that changed an hour ago is new, and stays so for seven days', async () => {
  await has(GRACE, null, 1 / 24);
  expect(await old()).toEqual([]);
  env.advance(7 * DAY - 2 * 3600);
  expect(await old()).toEqual([]);
});

test('[A9] an address seen more than seven days ago counts as old, whatever changed since; one that came back does not', async () => {
  await has(GRACE, null, 1);
  await read();
  env.advance(8 * DAY);
  await has(GRACE, 'thief@example.com', 0);
  expect(await old()).toEqual([GRACE]);
  await has('thief@example.com', null, 0);
  expect(await old()).toEqual([]);
  await has(GRACE, null, 0);
  expect(await old()).toEqual([]);
});

test('[A9] a young address gets the notice of a reset, and neither its code nor the link that freezes', async () => {
  await has(GRACE, null, 1);
  await read();
  env.advance(8 * DAY);
  await has(GRACE, 'thief@example.com', 0);
  expect(await reset()).toEqual({ code: [GRACE], freeze: [GRACE], told: [GRACE, 'thief@example.com'] });
});

test('[A9] an account’s new address is not old because an email method had it before', async () => {
  await portal.app.services.addresses.record(grace, 'method', ['thief@example.com']);
  env.advance(8 * DAY);
  await has('thief@example.com', null, 0);
  expect(await old()).toEqual([]);
});

test('[A9] the recovery code is not sent to an address set yesterday, and all addresses are notified', async () => {
  await has(GRACE, null, 1);
  await read();
  env.advance(8 * DAY);
  await has(GRACE, 'thief@example.com', 1);
  expect(await reset()).toMatchObject({ code: [GRACE], told: [GRACE, 'thief@example.com'] });
});

test('[A9] a new primary address does not get it either: the approver hands it over', async () => {
  await has('thief@example.com', null, 1);
  expect(await reset()).toEqual({ code: [], freeze: [], told: ['thief@example.com'] });
});

/** Returns who got the notice, and whose notice had a freeze link. */
async function ownChange(on: Portal): Promise<{ told: string[]; link: string[] }> {
  const { services } = on.app;
  const notice = enqueueNotification(services, 'added', await read(), { kind: 'totp', name: null, detail: null }, '');
  const sent: { to: string; body: string }[] = [];
  await services.auditLog.event(
    { userId: grace, address: '', agent: '', requestId: 'r' },
    { event: 'user.mfa.factor.activate', subject: grace },
    { outcome: 'success' },
    notice,
  );
  const other = await env.another({ app: { store: portal.store, mailer: async (email) => void sent.push(email) } });
  await other.app.services.outbox.flush();
  return {
    told: sent.map(({ to }) => to).toSorted(),
    link: sent.filter(({ body }) => body.includes('/freeze/')).map(({ to }) => to),
  };
}

test('[L5] the notice of an own change has the freeze link only where a code may go', async () => {
  await has(GRACE, null, 1);
  await read();
  env.advance(8 * DAY);
  await has(GRACE, 'thief@example.com', 1);
  expect(await ownChange(portal)).toEqual({ told: [GRACE, 'thief@example.com'], link: [GRACE] });
  await has('thief@example.com', null, 1);
  expect(await ownChange(portal)).toEqual({ told: ['thief@example.com'], link: [] });
});

test('no notice has a freeze link where there is no helpdesk, or for somebody who is frozen', async () => {
  await has(GRACE, null, 8);
  expect(await ownChange(await env.another({ app: { store: portal.store, helpdesk: null } }))).toMatchObject({
    link: [],
  });
  await portal.app.services.helpdeskServices.freezes.freeze(grace);
  expect(await ownChange(portal)).toEqual({ told: [GRACE], link: [] });
});

test('addresses are compared with the store each time, and unchanged ones are not written', async () => {
  const seen = async () =>
    (
      await portal.store
        .selectFrom('seen_addresses')
        .select(['address', 'since'])
        .where('user_id', '=', 'u')
        .where('gone_at', 'is', null)
        .orderBy('address')
        .execute()
    ).map(({ address, since }) => [address, env.clock.now() - since]);
  const note = (...given: string[]) => portal.app.services.addresses.record('u', 'account', given);
  await note('a@x', 'b@x');
  env.advance(1);
  await note('A@x', 'b@x');
  expect(await seen()).toEqual([
    ['a@x', 1000],
    ['b@x', 1000],
  ]);
  await note('a@x');
  expect(await seen()).toEqual([['a@x', 1000]]);
  await portal.store.deleteFrom('seen_addresses').where('user_id', '=', 'u').execute();
  await note('a@x');
  expect(await seen()).toEqual([['a@x', 0]]);
});

test('a read-only store does not prevent reading people, and makes no address old', async () => {
  await has(GRACE, null, 1);
  const failing = { ...portal.app.services.addresses, record: async () => Promise.reject(new Error('full')) };
  const { createUsers } = await import('./users.ts');
  const people = createUsers(portal.okta, portal.app.services.sessions, env.clock, failing, ['en']);
  expect((await people.read(grace)).addresses).toEqual([GRACE]);
});
