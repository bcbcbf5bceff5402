import { createHash } from 'node:crypto';
import { beforeEach, describe, expect, test } from 'vitest';
import { ADA, GRACE, HEDY, testEnv, type Portal } from '#testing/test-env.ts';
import { said, type Visitor } from '#testing/visitor.ts';

const env = await testEnv();
let portal: Portal;
beforeEach(async () => {
  portal = await env.fresh();
});

const auditRows = () => portal.auditRows({}, 'event', 'outcome', 'reason', 'actor', 'subject');

async function begun(visitor: Visitor, address = '/auth/sign-in?returnTo=%2Fmethods') {
  const reply = await visitor.step(address);
  return { reply, asked: new URL(reply.headers.location!).searchParams, to: new URL(reply.headers.location!) };
}

test('requests a code for our client with S256, and the attempt’s own state and nonce', async () => {
  const visitor = portal.visitor();
  const first = await begun(visitor);
  const second = await begun(visitor);
  expect(first.reply.status).toBe(302);
  expect(first.to.origin + first.to.pathname).toBe(`${env.emulator.issuer}/v1/authorize`);
  expect(Object.fromEntries(first.asked)).toEqual({
    client_id: env.emulator.clientId,
    redirect_uri: `${portal.base}/auth/callback`,
    response_type: 'code',
    response_mode: 'query',
    scope: 'openid profile email',
    code_challenge_method: 'S256',
    code_challenge: expect.stringMatching(/^[\w-]{43}$/),
    state: expect.stringMatching(/^[\w-]{43,}$/),
    nonce: expect.stringMatching(/^[\w-]{43,}$/),
  });
  for (const name of ['state', 'nonce', 'code_challenge'])
    expect(first.asked.get(name)).not.toBe(second.asked.get(name));
  const [cookie] = first.reply.cookies;
  expect(cookie).toMatch(
    /^latchkey-\d+-attempt-\w{1,16}=[\w.-]{200,1000}; Max-Age=600; Path=\/; HttpOnly; SameSite=Lax$/,
  );
  // The cookie's data are sealed.
  const kept = cookie!
    .split('.')
    .map((part) => Buffer.from(part, 'base64url').toString())
    .join('');
  for (const name of ['state', 'nonce']) expect(cookie! + kept).not.toContain(first.asked.get(name));
});

test('requests a fresh sign-in for a step-up, with the required acr', async () => {
  const grace = await portal.signedIn(GRACE);
  const { asked } = await begun(grace, '/auth/step-up?purpose=enroll%3Atotp&returnTo=%2F');
  expect(asked.get('max_age')).toBe('1');
  expect(asked.get('acr_values')).toBe('urn:okta:loa:2fa:any');
  const ada = await portal.signedIn(ADA);
  const hers = await begun(ada, '/auth/step-up?purpose=enroll%3Atotp&returnTo=%2F');
  expect([hers.asked.get('max_age'), hers.asked.get('acr_values')]).toEqual(['1', null]);
  for (const purpose of ['', 'enroll', 'enroll:nothing', 'remove:x', 'remove:../../users/me', 'admin', 'sessions ']) {
    expect(said(await grace.raw({ path: `/auth/step-up?purpose=${encodeURIComponent(purpose)}` }))).toBe(
      '400 bad_request',
    );
  }
});

describe('a callback that does not belong to an attempt of this browser', () => {
  async function refused(visitor: Visitor, address: string | URL, reason: RegExp, status = 400) {
    const before = (await auditRows()).length;
    const reply = await visitor.step(address);
    expect([reply.status, reply.headers['content-type']]).toEqual([status, 'text/html; charset=utf-8']);
    expect(visitor.token()).toBeUndefined();
    expect(reply.cookies.filter((line) => !/-attempt-/.test(line))).toEqual([]);
    const news = (await auditRows()).slice(before);
    expect(news).toEqual([
      expect.objectContaining({
        event: 'user.session.refused',
        outcome: 'failure',
        reason: expect.stringMatching(reason),
      }),
    ]);
    expect(await portal.store.selectFrom('sessions').selectAll().execute()).toEqual([]);
  }

  test('without state, with an unknown one, with nothing', async () => {
    const visitor = portal.visitor();
    for (const query of [
      '',
      '?code=a',
      '?state=',
      '?state=x&code=y',
      `?state=${'a'.repeat(43)}&code=y`,
      '?state=a&state=b&code=c',
      `?state=${'x'.repeat(3000)}`,
    ]) {
      await refused(visitor, `/auth/callback${query}`, /malformed callback|no such attempt/);
    }
  });

  test('another browser’s code with our own state', async () => {
    const [ours, theirs] = [portal.visitor(), portal.visitor()];
    const callback = await ours.password(await ours.begin(), ADA);
    const other = await theirs.password(await theirs.begin(), GRACE);
    callback.searchParams.set('code', other.searchParams.get('code')!);
    await refused(ours, callback, /not exchanged|ID token/, 403);
  });

  test('with another issuer’s name', async () => {
    const visitor = portal.visitor();
    const callback = await visitor.password(await visitor.begin(), ADA);
    callback.searchParams.set('iss', 'https://evil.example');
    await refused(visitor, callback, /another issuer/, 403);
  });

  test('with an error of the org', async () => {
    const visitor = portal.visitor();
    const { asked } = await begun(visitor);
    await refused(
      visitor,
      `/auth/callback?state=${asked.get('state')}&error=access_denied&error_description=<script>`,
      /^access_denied$/,
      403,
    );
  });

  test('with an error that nobody defined: none of the visitor’s words are in the log', async () => {
    for (const error of ['your account was hacked: call +1 555 0199', 'Access_Denied', 'constructor', '']) {
      const visitor = portal.visitor();
      const { asked } = await begun(visitor);
      const query = new URLSearchParams({ state: asked.get('state')!, error });
      await refused(visitor, `/auth/callback?${query}`, /^an unknown error$/, 403);
    }
  });

  test('of a person suspended meanwhile', async () => {
    const visitor = portal.visitor();
    const callback = await visitor.password(await visitor.begin(), ADA);
    await env.setStatus(ADA, 'SUSPENDED');
    await refused(visitor, callback, /SUSPENDED|not exchanged/, 403);
  });
});

test('[S11] hostile return addresses end at the home page', async () => {
  for (const wanted of [
    '//evil.example',
    '/\\evil.example',
    'https://evil.example',
    '/%09/evil.example',
    '/auth/sign-in',
    'javascript:alert(1)',
  ]) {
    const visitor = portal.visitor();
    const landed = await visitor.signIn(ADA, wanted);
    expect([landed.url.origin, landed.url.pathname]).toEqual([portal.base, '/']);
  }
});

test('[W9] redirect addresses come from the configuration, whatever Host is sent', async () => {
  const forged = {
    host: 'evil.example',
    'x-forwarded-host': 'evil.example',
    'x-forwarded-proto': 'https',
    'x-forwarded-for': 'a, 10.0.0.1',
    forwarded: 'host=evil.example',
  };
  const reply = await portal.visitor().raw({ path: '/auth/sign-in', headers: forged });
  expect(new URL(reply.headers.location!).searchParams.get('redirect_uri')).toBe(`${portal.base}/auth/callback`);
  const rows = await portal.auditRows({}, 'address');
  expect(rows.filter(({ address }) => address !== '127.0.0.1')).toEqual([]);
});

describe('the session id', () => {
  const works = async (token: string) => {
    const visitor = portal.visitor();
    visitor.plant(token);
    return (await visitor.call('getSession')).status === 200;
  };

  test('[S4] [S5] has 256 bits, is stored as a hash, in a cookie that no script reads', async () => {
    const visitor = portal.visitor();
    const callback = await visitor.password(await visitor.begin(), GRACE);
    const [line] = (await visitor.step(callback)).cookies.filter((one) => !/-attempt-/.test(one));
    expect(line).toMatch(/^latchkey-\d+=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax$/);
    const token = visitor.token()!;
    const store = JSON.stringify(
      await Promise.all(
        (['sessions', 'consumed_tokens', 'audit_log', 'outbox', 'step_ups'] as const).map((table) =>
          portal.store.selectFrom(table).selectAll().execute(),
        ),
      ),
    );
    expect(store).not.toContain(token);
    expect(store).not.toContain(Buffer.from(token).toString('base64').slice(0, 40));
    expect(store).toContain(createHash('sha256').update(token).digest('base64url'));
  });

  test('[S4] is new at sign-in: one that was set before never works, the earlier is invalid', async () => {
    const planted = 'P'.repeat(43);
    const visitor = portal.visitor();
    visitor.plant(planted);
    await visitor.signIn(HEDY);
    const first = visitor.token()!;
    expect([first === planted, await works(planted), await works(first)]).toEqual([false, false, true]);
    await visitor.signIn(HEDY);
    expect([await works(first), await works(visitor.token()!)]).toEqual([false, true]);
  });

  test('[S4] is new at a step-up, here and at the org, and the earlier is invalid', async () => {
    const grace = await portal.signedIn(GRACE);
    const first = grace.token()!;
    const { factors } = (await grace.call('listFactors')).body;
    const google = factors.find(({ kind }: { kind: string }) => kind === 'totp').id;
    const steppedUp = await grace.call(
      'verifyFactor',
      { factorId: google },
      { body: { passCode: await env.code(GRACE), purpose: 'sessions' } },
    );
    expect(said(steppedUp)).toBe('200');
    const second = grace.token()!;
    expect([second === first, await works(first), await works(second)]).toEqual([false, false, true]);
    env.advance(5);
    await grace.stepUp('sessions', GRACE, () => env.nextCode(GRACE));
    expect([grace.token() === second, await works(second), await works(grace.token()!)]).toEqual([false, false, true]);
    expect((await grace.call('listSessions')).body.sessions).toHaveLength(1);
  });

  test('[S4] must be complete', async () => {
    const token = (await portal.signedIn(ADA)).token()!;
    for (let length = 0; length < token.length; length += 1) expect(await works(token.slice(0, length))).toBe(false);
    for (const other of [
      `${token}A`,
      `${token}=`,
      `A${token}`,
      token.toUpperCase(),
      `${token.slice(0, -1)}!`,
      `"${token}"x`,
    ])
      expect(await works(other)).toBe(false);
    expect(await works(token)).toBe(true);
  });

  test('is no attempt’s cookie, and vice versa', async () => {
    const visitor = portal.visitor();
    await visitor.begin();
    const [attempt] = [...visitor.jar].filter(([name]) => name.includes('-attempt-')).map(([, { value }]) => value);
    expect(await works(attempt!)).toBe(false);
  });
});
