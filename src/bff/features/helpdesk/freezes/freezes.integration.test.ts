import { currentScope } from '#okta/transport/call-scope.ts';
import { beforeEach, describe, expect, test } from 'vitest';
import { addresses } from '#contract/endpoints.ts';
import { ADA, GRACE } from '#testing/test-env.ts';
import { exchange, said, type Visitor } from '#testing/visitor.ts';
import type { Store } from '../../../platform/store/open.ts';
import { freezePerson } from './freeze-person.ts';
import { requestedChanges } from '../testing/agent-fixture.ts';
import { env, google, grace, hedy, openDesk, portal } from '../testing/desk.ts';

beforeEach(() => openDesk());

const since = (userId = grace) => portal.app.services.helpdeskServices.frozenAt(userId);
const form = {
  'content-type': 'application/x-www-form-urlencoded',
  'sec-fetch-site': 'same-origin',
  origin: 'null',
  accept: 'text/html',
};
const press = (token: string, headers: Record<string, string> = form) =>
  exchange(portal.base, { method: 'POST', path: `/freeze/${token}`, headers });
/** Returns the freeze token in the email. */
async function emailedToken(): Promise<string> {
  await hedy.reset(grace, {
    factorIds: [await google()],
  });
  await portal.app.services.outbox.flush();
  return /freeze\/([\w-]{43})/.exec((await env.emails(GRACE))[0]!.text)![1]!;
}
const subjects = async () => (await env.emails(GRACE)).map(({ text }) => text.split('\n')[0]);

test('“This wasn’t me” ends every session, here and at the org, also this one, and notifies', async () => {
  const [here, there] = [await portal.signedIn(GRACE), await portal.signedIn(GRACE)];
  await env.takeRequests();
  expect(said(await here.call('freezeMyself'))).toBe('204');
  expect(here.token()).toBeUndefined();
  expect(said(await there.call('listFactors'))).toBe('401 signed_out');
  const changes: string[] = [];
  const sent = async () => (changes.push(...(await requestedChanges(env))), changes);
  await expect.poll(sent).toEqual(['DELETE /sessions']);
  const again = await portal.signedIn(GRACE);
  expect((await again.call('getSecurityHistory')).body.frozenAt).toBe(new Date(env.clock.now()).toISOString());
  await portal.app.services.outbox.flush();
  expect(await subjects()).toEqual([
    'Example: changes to your methods were frozen',
    'Example: changes to your methods were frozen',
  ]);
});

describe('what was not them', () => {
  const reason = async () =>
    (
      await portal.store
        .selectFrom('audit_log')
        .select('reason')
        .where('event', '=', 'user.account.freeze')
        .orderBy('seq', 'desc')
        .executeTakeFirstOrThrow()
    ).reason;
  const seen = async (userId = grace) => (await hedy.visitor.call('getPerson', { userId })).body.reported as object;
  type Entry = { id: string; event: string; kind: string; at: string };
  const historyOf = async (who: Visitor) => (await who.call('getSecurityHistory')).body.entries as Entry[];

  test('an entry of the history is named in the log and to the helpdesk, with the staff member who did it', async () => {
    await hedy.reset(grace, {
      factorIds: [await google()],
    });
    const who = await portal.signedIn(GRACE);
    const entry = (await historyOf(who)).find(({ event }) => event === 'user.mfa.factor.reset')!;
    expect(said(await who.call('freezeMyself', {}, { body: { entry: entry.id } }))).toBe('204');
    expect(await reason()).toBe(`this was not me: user.mfa.factor.reset totp, row ${entry.id}`);
    const reported = { at: entry.at, event: entry.event, kind: 'totp', by: 'Hedy Lamarr' };
    expect(await seen()).toEqual([reported]);
    const { freezes } = portal.app.services.helpdeskServices;
    await freezes.freeze(grace);
    await freezes.freeze(grace, portal.store, reported);
    expect(await seen()).toEqual([reported]);
    for (let count = 0; count < 12; count += 1)
      await freezes.freeze(grace, portal.store, { ...reported, kind: `kind ${count}` });
    expect((await seen()) as object[]).toHaveLength(10);
  });

  test('a session is named by when it began', async () => {
    const [here, there] = [await portal.signedIn(GRACE), await portal.signedIn(GRACE)];
    const { sessions } = (await here.call('listSessions')).body as { sessions: { id: string; created: string }[] };
    const [session] = sessions as [{ id: string; created: string }];
    expect(said(await there.call('freezeMyself', {}, { body: { session: session.id } }))).toBe('204');
    expect(await reason()).toBe(`this was not me: user.session.start at ${session.created}`);
    const reported = { at: session.created, event: 'user.session.start', kind: null, by: null };
    expect(await seen()).toMatchObject([reported]);
  });

  test('what is not theirs, or is not there, names nothing; the freeze comes all the same', async () => {
    const ada = await portal.signedIn(ADA);
    const [{ id: entry }] = (await historyOf(ada)) as [Entry];
    const [{ id: session }] = (await ada.call('listSessions')).body.sessions as [{ id: string }];
    for (const body of [{ entry }, { session }, { entry: '999999' }, {}]) {
      await portal.app.services.helpdeskServices.freezes.unfreeze(grace);
      expect(said(await (await portal.signedIn(GRACE)).call('freezeMyself', {}, { body }))).toBe('204');
      expect([await reason(), await seen()]).toEqual(['this was not me', []]);
    }
  });
});

test('freezing works while the org is unreachable', async () => {
  const who = await portal.signedIn(GRACE);
  await env.fault({ match: 'DELETE /api/v1/users/*/sessions', times: 3, status: 500 });
  expect(said(await who.call('freezeMyself'))).toBe('204');
  expect(await since()).not.toBeNull();
  const rows = () => portal.auditRows({ event: 'user.session.end' }, 'outcome', 'reason');
  await expect.poll(rows).toEqual([{ outcome: 'failure', reason: 'at the org' }]);
});

test('[S9] sessions at the org that a freeze could not end are ended as soon as the org answers', async () => {
  const who = await portal.signedIn(GRACE);
  await env.fault({ match: 'DELETE /api/v1/users/*/sessions', times: 1, status: 500 });
  await env.takeRequests();
  await who.call('freezeMyself');
  await expect.poll(() => portal.auditRows({ event: 'user.session.end' }, 'reason')).toHaveLength(1);
  await portal.app.tasks.run();
  const ended = (await env.takeRequests()).filter(({ method, path }) => method === 'DELETE' && /sessions/.test(path));
  expect(ended.map(({ status }) => status)).toEqual([500, 204]);
});

describe('an unreachable org', () => {
  const away = () => env.fault({ match: 'GET /api/v1/users/*', times: 100, status: 503 });
  const told = async () => {
    await portal.app.services.outbox.flush();
    const notices = (await env.emails(GRACE)).filter(({ text }) => /were frozen/.test(text));
    return new Set(notices.map(({ to, text }) => `${to}: ${/^Hello .*$/m.exec(text)?.[0]}`));
  };
  const everywhere = new Set(['grace@example.com', 'grace@home.example'].map((to) => `${to}: Hello Grace Hopper,`));

  test('does not prevent freezing oneself', async () => {
    const who = await portal.signedIn(GRACE);
    await away();
    expect(said(await who.call('freezeMyself'))).toBe('204');
    expect(said(await who.call('listFactors'))).toBe('401 signed_out');
    expect(await told()).toEqual(everywhere);
  });

  test('is not asked whether a person may still sign in: a freeze waits for nothing', async () => {
    const who = await portal.signedIn(GRACE);
    await env.setStatus(GRACE, 'SUSPENDED');
    expect(said(await who.call('freezeMyself'))).toBe('204');
    expect(await since()).not.toBeNull();
  });

  test('does not prevent freezing by a link', async () => {
    const token = await emailedToken();
    await away();
    expect((await press(token)).status).toBe(303);
    expect(await since()).not.toBeNull();
    expect(await told()).toEqual(everywhere);
  });
});

test('there is no freeze without a helpdesk, since nobody could unfreeze', async () => {
  await openDesk({ app: { helpdesk: null } });
  const who = await portal.signedIn(GRACE);
  expect(said(await who.call('freezeMyself'))).toBe('404 not_found');
  expect(said(await press('A'.repeat(43)))).toBe('403 csrf');
});

const changes: [string, (who: Visitor, factorId: string) => ReturnType<Visitor['call']>][] = [
  ['enroll', (who) => who.call('enrollFactor', {}, { body: { kind: 'totp' } })],
  ['activate', (who, factorId) => who.call('activateFactor', { factorId }, { body: { passCode: '123456' } })],
  ['resend', (who, factorId) => who.call('resendFactor', { factorId })],
  ['link', (who, factorId) => who.call('sendActivationLink', { factorId }, { body: { channel: 'email' } })],
  ['rename', (who, factorId) => who.call('nameFactor', { factorId }, { body: { name: 'mine' } })],
  ['remove', (who, factorId) => who.call('deleteFactor', { factorId })],
];
test.each(changes)('while frozen nobody can %s; reading and signing out work', async (_what, change) => {
  await portal.app.services.helpdeskServices.freezes.freeze(grace);
  const who = await portal.signedIn(GRACE);
  const [{ id }] = (await who.call('listFactors')).body.factors;
  await env.takeRequests();
  expect(said(await change(who, id))).toBe('423 frozen');
  expect(await requestedChanges(env)).toEqual([]);
  const ada = await portal.signedIn(ADA);
  expect(said(await change(ada, id))).not.toBe('423 frozen');
  const refused = await portal.auditRows({ event: 'access.refused', subject: grace }, 'reason');
  expect(refused).toEqual([{ reason: expect.stringMatching(/: frozen$/) }]);
});

test('a notification’s link freezes by one click of a button, does not sign in, and works once', async () => {
  const token = await emailedToken();
  const looking = await exchange(portal.base, { path: `/freeze/${token}`, headers: { accept: 'text/html' } });
  expect([looking.status, await since()]).toEqual([200, null]);
  const who = await portal.signedIn(GRACE);
  const pressed = await press(token);
  expect([pressed.status, pressed.headers.location, pressed.headers['cache-control']]).toEqual([
    303,
    '/frozen',
    'no-store',
  ]);
  expect(pressed.cookies).toEqual([
    expect.stringMatching(/^latchkey-\d+-form=freeze%3A\d+%20Grace%20Hopper; Max-Age=60; .*HttpOnly/),
  ]);
  expect(await since()).toBe(env.clock.now());
  expect(said(await who.call('listFactors'))).toBe('401 signed_out');
  const row = (await portal.auditRows({ event: 'user.account.freeze' }))[0]!;
  expect(row).toMatchObject({ actor: null, subject: grace, outcome: 'success', reason: 'by the link in a notice' });
  await portal.app.services.helpdeskServices.freezes.unfreeze(grace);
  await press(token);
  expect(await since()).toBeNull();
});

test('[B7] a link that two requests have read freezes once', async () => {
  const { services } = portal.app;
  const token = await emailedToken();
  const person = await services.users.read(grace);
  const byLink = (tx: Store) => services.helpdeskServices.freezes.useLink(token, tx);
  const actor = { userId: null, address: '', agent: '', requestId: 'link' };
  for (let times = 0; times < 2; times += 1)
    await freezePerson(services, actor, person, { why: 'by the link in a notice', byLink });
  expect(await portal.auditRows({ event: 'user.account.freeze' }, 'outcome')).toHaveLength(1);
});

test('a link’s calls to Okta end 25 s after it was pressed, as those of every request do', async () => {
  const ends: (number | undefined)[] = [];
  await openDesk({
    okta: (client) => ({
      ...client,
      sessions: {
        ...client.sessions,
        revokeUserSessions: (asked) => (ends.push(currentScope()?.endsAt), client.sessions.revokeUserSessions(asked)),
      },
    }),
  });
  const token = await emailedToken();
  ends.length = 0;
  await press(token);
  expect(await since()).not.toBeNull();
  await expect.poll(() => ends).toEqual([env.clock.now() + 25_000]);
});

test('a link of more than seven days does not freeze', async () => {
  const token = await emailedToken();
  env.advance(7 * 24 * 3600);
  expect((await press(token)).status).toBe(303);
  expect(await since()).toBeNull();
});

describe('the answer to a link', () => {
  const essence = ({ status, headers, text }: Awaited<ReturnType<typeof press>>) => {
    const { date: _date, 'x-request-id': _id, ...rest } = headers;
    return JSON.stringify([status, rest, text]);
  };
  /** Returns the data of the page that follows. */
  async function told(token: string, who: Visitor = portal.visitor()): Promise<unknown> {
    const reply = await who.raw({ method: 'POST', path: `/freeze/${token}`, headers: form });
    const page = await who.open(reply.headers.location!);
    expect(page.url.href).toBe(`${portal.base}/frozen`);
    return JSON.parse(/\{.*\}$/.exec(page.text)?.[0] ?? 'null');
  }

  test('says since when changes are frozen as long as its freeze holds, and once for each press', async () => {
    const token = await emailedToken();
    const begun = new Date(env.clock.now()).toISOString();
    const who = portal.visitor();
    expect(await told(token, who)).toEqual({ form: 'freeze', frozen: { since: begun, name: 'Grace Hopper' } });
    expect((await who.open('/frozen')).text).not.toContain('since');
    env.advance(3600);
    expect(await told(token)).toEqual({ form: 'freeze', frozen: { since: begun, name: 'Grace Hopper' } });
    const { freezes } = portal.app.services.helpdeskServices;
    await freezes.unfreeze(grace);
    expect(await told(token)).toEqual({ form: 'freeze', frozen: null });
    // This link did not cause the later freeze.
    await freezes.freeze(grace);
    expect(await told(token)).toEqual({ form: 'freeze', frozen: null });
  });

  test('says so to whoever freezes themselves, by a script and without', async () => {
    for (const freeze of [
      (who: Visitor) => who.call('freezeMyself'),
      (who: Visitor) => who.submit(addresses.freezeMyself),
    ]) {
      await portal.app.services.helpdeskServices.freezes.unfreeze(grace);
      const who = await portal.signedIn(GRACE);
      await freeze(who);
      const since = new Date(env.clock.now()).toISOString();
      expect((await who.open('/frozen')).text).toContain(
        JSON.stringify({ form: 'freeze', frozen: { since, name: 'Grace Hopper' } }),
      );
    }
  });

  test('is one for every token without a freeze: made up, cut, too old, ended', async () => {
    const { freezes } = portal.app.services.helpdeskServices;
    const old = await freezes.link({ id: grace, name: 'Grace Hopper', locale: null, timeZone: null }, portal.store);
    const ended = await emailedToken();
    await press(ended);
    await freezes.unfreeze(grace);
    env.advance(7 * 24 * 3600);
    const answers = [];
    for (const one of ['A'.repeat(43), old.slice(0, -3), old, ended, 'x', '%00', 'A'.repeat(3000)])
      answers.push(essence(await press(one)));
    expect(new Set(answers).size).toBe(1);
    expect(await told('A'.repeat(43))).toEqual({ form: 'freeze', frozen: null });
    expect(await since()).toBeNull();
  });
});

test('another site cannot submit the button’s form, where the browser names the site', async () => {
  const token = await emailedToken();
  for (const headers of [
    { ...form, 'sec-fetch-site': 'cross-site' },
    { ...form, 'sec-fetch-site': 'same-site' },
    { ...form, origin: 'https://evil.example' },
  ]) {
    expect(said(await press(token, headers))).toBe('403 csrf');
  }
  expect(await since()).toBeNull();
  // Older browsers send only `Origin`.
  await press(token, { 'content-type': 'application/x-www-form-urlencoded', origin: portal.base });
  expect(await since()).not.toBeNull();
});
