import { beforeEach, describe, expect, it, test } from 'vitest';
import { GRACE, HEDY, testEnv, type Portal } from '#testing/test-env.ts';
import { said, type Visitor } from '#testing/visitor.ts';
import { assertSignedInSince, endSessions, SignInTooOld } from '../../identity/sessions/revocations.ts';
import { signInAgent } from '../helpdesk/testing/agent-fixture.ts';
import { personId } from '../helpdesk/testing/helpdesk-fixture.ts';
import { LOGOUT_PATH } from './logout-settings.ts';
import { pruneEnded } from '../../platform/lifecycle/prune.ts';

const env = await testEnv();
let portal: Portal;
let grace: string;
beforeEach(async () => {
  // The revocation ends nothing: Okta's codes and sessions stay valid.
  portal = await env.fresh({
    okta: (client) => ({
      ...client,
      sessions: { ...client.sessions, revokeUserSessions: async () => undefined as never },
    }),
  });
  env.emulator.universalLogout.endpoint = portal.base + LOGOUT_PATH;
  grace = await personId(portal, GRACE);
});

/** The emulator also revokes its own codes when it sends this request. */
const UNIVERSAL = 'the org’s Universal Logout';
const endings: [string, (owner: Visitor) => Promise<void>][] = [
  [
    UNIVERSAL,
    async () => expect(await env.simulator('POST', `/users/${GRACE}/clear-sessions`, {})).toMatchObject({ app: 204 }),
  ],
  ['a freeze by its owner', async (owner) => expect(said(await owner.call('freezeMyself'))).toBe('204')],
  [
    'a helpdesk reset',
    async () => expect((await (await signInAgent(portal, HEDY)).reset(grace)).body).toMatchObject({ status: 'done' }),
  ],
  ['its owner ending all others', async (owner) => expect(said(await owner.call('endOtherSessions'))).toBe('204')],
];
const sessionsOf = (visitor: Visitor) => visitor.call('getSession').then(said);
const isAtOrg = (location: string | undefined) => location?.startsWith(`${env.emulator.issuer}/v1/authorize`) === true;

describe('a sign-in from before the sessions were ended', () => {
  test.each(endings)(
    '[S9] after %s a held-back code begins no session: the org is asked for a fresh sign-in, once',
    async (what, end) => {
      const thief = portal.visitor();
      const callback = await thief.password(await thief.begin(), GRACE);
      env.advance(5);
      const owner = await portal.signedIn(GRACE);
      await end(owner);
      const reply = await thief.step(callback);
      expect(await portal.store.selectFrom('session_revocations').selectAll().execute()).toEqual([
        { user_id: grace, at: env.clock.now() },
      ]);
      expect(await sessionsOf(thief)).toBe('401 signed_out');
      if (what === UNIVERSAL) return expect(reply.status).toBe(403);
      expect([reply.status, isAtOrg(reply.headers.location), thief.token()]).toEqual([302, true, undefined]);
      const asked = new URL(reply.headers.location!).searchParams;
      expect([asked.get('max_age'), asked.get('login_hint')]).toEqual(['1', GRACE]);
      return undefined;
    },
  );

  test.each(endings)(
    '[S9] after %s the person signs in at once with the password, even if the org’s session is older',
    async (_what, end) => {
      const phone = portal.visitor();
      await phone.signIn(GRACE);
      env.advance(5);
      const owner = await portal.signedIn(GRACE);
      await end(owner);
      // The person enters the password only once, even if Okta still knows this browser.
      const form = await phone.open('/auth/sign-in?returnTo=%2Fmethods');
      expect(form.url.origin).toBe(new URL(env.emulator.url).origin);
      const back = await phone.step(await phone.password(form, GRACE));
      expect([back.status, back.headers.location]).toEqual([302, '/methods']);
      expect(await sessionsOf(phone)).toBe('200');
    },
  );
});

it('refuses an org that repeats the old sign-in, without asking again', async () => {
  const thief = portal.visitor();
  const callback = await thief.password(await thief.begin(), GRACE);
  env.advance(5);
  expect(said(await (await portal.signedIn(GRACE)).call('endOtherSessions'))).toBe('204');
  const again = new URL((await thief.step(callback)).headers.location!);
  // This browser still has a session at Okta. Without `max_age`, the thief needs no new sign-in.
  again.searchParams.delete('max_age');
  const reply = await thief.step(await thief.backFrom(again));
  expect([reply.status, thief.token()]).toEqual([403, undefined]);
  const rows = await portal.auditRows({ event: 'user.session.refused' }, 'subject', 'reason');
  expect(rows).toEqual([{ subject: grace, reason: 'the sign-in was not a new one' }]);
});

it('a callback concurrent with the end leaves no session, whichever is first', async () => {
  for (let round = 0; round < 5; round += 1) {
    const thief = portal.visitor();
    const callback = await thief.password(await thief.begin(), GRACE);
    env.advance(5);
    await Promise.all([thief.step(callback), env.simulator('POST', `/users/${GRACE}/clear-sessions`, {})]);
    expect(await sessionsOf(thief)).toBe('401 signed_out');
  }
});

it('the time of the end is deleted after a day, and one in the future blocks nothing', async () => {
  await env.simulator('POST', `/users/${GRACE}/clear-sessions`, {});
  const rows = () => portal.store.selectFrom('session_revocations').selectAll().execute();
  expect(await rows()).toEqual([{ user_id: grace, at: env.clock.now() }]);
  await portal.store
    .updateTable('session_revocations')
    .set({ at: env.clock.now() + 3_600_000 })
    .execute();
  await portal.signedIn(GRACE);
  await portal.store.updateTable('session_revocations').set({ at: env.clock.now() }).execute();
  env.advance(24 * 3600);
  await pruneEnded(portal.store, env.clock);
  expect(await rows()).toEqual([]);
});

test('a sign-in right after the ending begins a session, although its time has no fractions', async () => {
  const now = env.clock.now();
  await endSessions(grace, now, portal.store);
  const signIn = (at: number) => assertSignedInSince(grace, { at, begun: now }, now, portal.store);
  await expect(signIn(now - 1499)).resolves.toBeUndefined();
  await expect(signIn(now - 1500)).rejects.toThrow(SignInTooOld);
});
