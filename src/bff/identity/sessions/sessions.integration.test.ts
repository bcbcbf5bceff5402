import { beforeEach, describe, expect, test } from 'vitest';
import { ADA, GRACE, testEnv, type Portal } from '#testing/test-env.ts';
import { getBody, filled, routes } from '#testing/requests/route-table.ts';
import { exchange, said } from '#testing/visitor.ts';
import { endpointRows } from '../../endpoint-rows.ts';
import { isAtOnce } from '../../http/policies.ts';

const MINUTE = 60;

const env = await testEnv();
let portal: Portal;
beforeEach(async () => {
  portal = await env.fresh();
});

describe('a session ends', () => {
  test('[S7] 15 minutes after the last activity, exactly', async () => {
    const ada = await portal.signedIn(ADA);
    env.advance(15 * MINUTE - 1);
    expect(said(await ada.call('listFactors'))).toBe('200');
    env.advance(15 * MINUTE - 1);
    expect(said(await ada.call('listFactors'))).toBe('200');
    env.advance(15 * MINUTE);
    expect(said(await ada.call('listFactors'))).toBe('401 signed_out');
    expect(await portal.store.selectFrom('sessions').selectAll().execute()).toEqual([]);
  });

  test('[D6] when the clock jumps an hour ahead or back, but not at a skew of a minute', async () => {
    let jump = 0;
    const jumping = await env.another({ app: { clock: { ...env.clock, now: () => env.clock.now() + jump } } });
    for (const hours of [1, -1]) {
      jump = 0;
      const ada = await jumping.signedIn(ADA);
      for (const seconds of [1, -1, 59, -59]) {
        jump = seconds * 1000;
        expect([seconds, said(await ada.call('getSession'))]).toEqual([seconds, '200']);
      }
      jump = hours * 3_600_000;
      expect([hours, said(await ada.call('getSession'))]).toEqual([hours, '401 signed_out']);
      jump = 0;
      expect([hours, said(await ada.call('getSession'))]).toEqual([hours, '401 signed_out']);
    }
  });

  test('[S7] after 8 hours, whatever happens', async () => {
    const ada = await portal.signedIn(ADA);
    for (let minutes = 0; minutes < 8 * 60 - 10; minutes += 10) {
      env.advance(10 * MINUTE);
      expect(said(await ada.call('listSessions'))).toBe('200');
    }
    env.advance(10 * MINUTE - 1);
    expect(said(await ada.call('listSessions'))).toBe('200');
    env.advance(1);
    expect(said(await ada.call('listSessions'))).toBe('401 signed_out');
  });

  test('[S7] while any reading endpoint repeats: polling is no activity', async () => {
    const reads = routes.filter(({ method }) => method === 'GET');
    const tabs = new Map<string, () => Promise<string>>();
    // Two people share these sessions, because one person may have only 20.
    for (const [index, route] of reads.entries()) {
      const one = await portal.signedIn(index % 2 ? GRACE : ADA);
      tabs.set(route.name, async () =>
        said(await one.raw({ path: filled(route), headers: { 'x-latchkey-poll': '1' } })),
      );
    }
    const ended = async () => {
      const names: string[] = [];
      for (const [name, poll] of tabs) if ((await poll()) === '401 signed_out') names.push(name);
      return names;
    };
    for (let minutes = 0; minutes < 14; minutes += 2) {
      env.advance(2 * MINUTE);
      expect(await ended()).toEqual([]);
    }
    env.advance(MINUTE);
    expect(await ended()).toEqual(reads.map(({ name }) => name));
  });

  test('while a page asks how long it lasts', async () => {
    const ada = await portal.signedIn(ADA);
    const ends = (await ada.call('getSession')).body.idleEndsAt;
    env.advance(14 * MINUTE);
    expect((await ada.call('getSession')).body).toMatchObject({ user: { login: ADA }, idleEndsAt: ends });
    env.advance(MINUTE);
    expect(said(await ada.call('getSession'))).toBe('401 signed_out');
  });

  test('on a page too', async () => {
    const ada = await portal.signedIn(ADA);
    expect((await ada.step('/')).text).toContain(ADA);
    env.advance(15 * MINUTE);
    expect((await ada.step('/')).text).not.toContain(ADA);
  });
});

describe('sessions of one person', () => {
  test('are listed with their browsers, and one can be ended', async () => {
    const here = await portal.signedIn(ADA);
    env.advance(60);
    const phone = portal.visitor();
    const callback = await phone.password(await phone.begin(), ADA);
    const agent =
      'Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1';
    await phone.raw({ path: callback.pathname + callback.search, headers: { 'user-agent': agent } });
    const sessions = (await here.call('listSessions')).body.sessions.toSorted((a: { current: boolean }) =>
      a.current ? 1 : -1,
    );
    expect(sessions).toMatchObject([
      { current: false, browser: 'Safari', system: 'iPhone' },
      { current: true, browser: null, system: null },
    ]);
    expect(said(await here.call('endSession', { id: sessions[0].id }))).toBe('204');
    expect(said(await phone.call('getSession'))).toBe('401 signed_out');
    expect(said(await here.call('endSession', { id: sessions[0].id }))).toBe('404 not_found');
    const own = await here.call('endSession', { id: sessions[1].id });
    expect([said(own), here.token()]).toEqual(['204', undefined]);
  });

  test('[S7] are not listed once they have ended by themselves', async () => {
    const here = await portal.signedIn(ADA);
    await portal.signedIn(ADA);
    env.advance(10 * MINUTE);
    const listed = async () =>
      (await here.call('listSessions')).body.sessions.map(({ current }: { current: boolean }) => current).sort();
    expect(await listed()).toEqual([false, true]);
    env.advance(5 * MINUTE);
    expect(await listed()).toEqual([true]);
  });

  test('[S9] ending an unknown one records no success, also when two requests end the same one', async () => {
    const here = await portal.signedIn(GRACE);
    const other = await portal.signedIn(GRACE);
    const ada = await portal.signedIn(ADA);
    const hers = (await ada.call('listSessions')).body.sessions[0].id;
    const ended = () => portal.auditRows({ event: 'user.session.end' }, 'outcome', 'reason');
    for (const id of ['AAAAAAAAAAAAAAAA', hers])
      expect(said(await here.call('endSession', { id }))).toBe('404 not_found');
    expect(await ended()).toEqual([]);
    expect(said(await ada.call('getSession'))).toBe('200');
    const { id } = (await here.call('listSessions')).body.sessions.find(
      ({ current }: { current: boolean }) => !current,
    );
    const replies = await Promise.all([1, 2].map(() => here.call('endSession', { id })));
    expect(replies.map(said).sort()).toEqual(['204', '404 not_found']);
    expect(await ended()).toEqual([{ outcome: 'success', reason: 'by its owner' }]);
    expect(said(await other.call('getSession'))).toBe('401 signed_out');
  });

  test('all others end at once; more than five minutes after signing in that needs a step-up', async () => {
    const grace = await portal.signedIn(GRACE);
    const others = [await portal.signedIn(GRACE), await portal.signedIn(GRACE)];
    env.advance(5 * MINUTE + 1);
    const refused = await grace.call('endOtherSessions');
    expect(refused.body.error).toMatchObject({
      code: 'step_up_required',
      purpose: 'sessions',
      strength: 0,
      options: [{ type: 'factor' }, { type: 'factor' }, { type: 'okta' }],
    });
    const { id } = (await grace.call('listSessions')).body.sessions.find(
      ({ current }: { current: boolean }) => !current,
    );
    expect(said(await grace.call('endSession', { id }))).toBe('403 step_up_required');
    for (const other of others) expect(said(await other.call('getSession'))).toBe('200');
    const { factorId } = refused.body.error.options[0];
    const provider = (await env.phone(GRACE)).find((one) => one.factorId === factorId)!.provider;
    const passCode = await env.code(GRACE, provider);
    expect(said(await grace.call('verifyFactor', { factorId }, { body: { passCode, purpose: 'sessions' } }))).toBe(
      '200',
    );
    expect(said(await grace.call('endOtherSessions'))).toBe('204');
    for (const other of others) expect(said(await other.call('getSession'))).toBe('401 signed_out');
    expect(said(await grace.call('getSession'))).toBe('200');
    expect(await portal.auditRows({ event: 'user.session.end_others' }, 'event')).toHaveLength(1);
  });
});

describe('a person who is suspended at the org', () => {
  test('[S10] cannot read anything after 60 s', async () => {
    const [one, two] = [await portal.signedIn(ADA), await portal.signedIn(ADA)];
    expect(said(await one.call('listFactors'))).toBe('200');
    await env.setStatus(ADA, 'SUSPENDED');
    env.advance(59);
    await one.call('listFactors');
    env.advance(1);
    expect(said(await one.call('listFactors'))).toBe('401 signed_out');
    expect(said(await two.call('getSession'))).toBe('401 signed_out');
    await env.setStatus(ADA, 'ACTIVE');
    expect(said(await one.call('listFactors'))).toBe('401 signed_out');
  });

  // Excludes changes that take effect at once without a call to Okta, such as a freeze.
  const changes = routes.filter(
    ({ name }) => endpointRows[name].change && !isAtOnce(endpointRows[name], getBody(name)),
  );
  test.each(changes)('[S10] cannot use $name, even if the cached state still allowed it', async ({ name }) => {
    const grace = await portal.signedIn(GRACE);
    const { factors } = (await grace.call('listFactors')).body;
    const { id } = (await grace.call('listSessions')).body.sessions[0];
    await env.setStatus(GRACE, 'SUSPENDED');
    await env.takeRequests();
    expect(
      said(
        await grace.call(
          name,
          { factorId: factors[0].id, id, transactionId: 'v2mst.0000000000', userId: '00u00000000000000000' },
          { body: getBody(name) },
        ),
      ),
    ).toBe('401 signed_out');
    expect((await env.takeRequests()).filter(({ method }) => method !== 'GET')).toEqual([]);
    expect(await portal.store.selectFrom('sessions').selectAll().execute()).toEqual([]);
  });

  test.each(['DEPROVISIONED', 'STAGED', 'PASSWORD_EXPIRED'])('or %s, has no session left', async (status) => {
    const ada = await portal.signedIn(ADA);
    await env.setStatus(ADA, status);
    expect(said(await ada.call('enrollFactor', {}, { body: { kind: 'totp' } }))).toBe('401 signed_out');
  });

  test('or locked, sees that', async () => {
    const ada = await portal.signedIn(ADA);
    await env.setStatus(ADA, 'LOCKED_OUT');
    expect(said(await ada.call('enrollFactor', {}, { body: { kind: 'totp' } }))).toBe('423 locked');
    expect(said(await ada.call('getSession'))).toBe('401 signed_out');
  });
});

describe('signing out', () => {
  test('ends the session here and redirects to the sign-out at the org', async () => {
    const ada = await portal.signedIn(ADA);
    const token = ada.token()!;
    const reply = await ada.signOut();
    expect([said(reply), reply.headers['clear-site-data'], ada.token(), reply.text]).toEqual([
      '303',
      '"cache", "storage"',
      undefined,
      '',
    ]);
    const to = new URL(reply.headers.location!);
    expect([to.origin + to.pathname, to.searchParams.get('post_logout_redirect_uri')]).toEqual([
      `${env.emulator.issuer}/v1/logout`,
      `${portal.base}/signed-out`,
    ]);
    // `form-action` also limits a form's redirect.
    expect(reply.headers['content-security-policy']).toContain(`form-action 'self' ${to.origin};`);
    const back = await ada.open(to);
    expect(back.url.href).toBe(`${portal.base}/signed-out?state=${to.searchParams.get('state')}`);
    expect(back.text).toContain('everywhere');
    expect((await ada.open(back.url)).text, 'read once').not.toContain('everywhere');
    expect((await ada.begin()).url.origin).toBe(new URL(env.emulator.url).origin);
    ada.plant(token);
    expect(said(await ada.call('getSession'))).toBe('401 signed_out');
  });

  test('works without a session, and twice', async () => {
    const stubOptions = portal.visitor();
    expect((await stubOptions.signOut()).headers.location).toBe('/signed-out');
    const ada = await portal.signedIn(ADA);
    const jar = new Map(ada.jar);
    await ada.signOut();
    for (const [name, cookie] of jar) ada.jar.set(name, cookie);
    expect((await ada.signOut()).headers.location).toBe('/signed-out');
    const page = async () => (await ada.open('/signed-out?state=made-up')).text;
    expect(await page(), 'Okta has not said so').toContain('"here"');
    expect(await page(), 'an address makes no sentence').not.toContain('"here"');
    const grace = await portal.signedIn(GRACE);
    expect((await grace.open('/signed-out')).url.pathname, 'whoever is signed in').toBe('/');
    const ended = await portal.auditRows({ event: 'user.session.end' }, 'outcome');
    expect(ended).toEqual([{ outcome: 'success' }]);
  });

  test('[S8] accepts our own form without a script, and no other site’s', async () => {
    const ada = await portal.signedIn(ADA);
    const foreign = [
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
      { 'sec-fetch-site': 'none' },
      { 'sec-fetch-site': '' },
      { origin: 'https://evil.example' },
      { origin: `${portal.base}.evil.example` },
      { origin: 'null', 'sec-fetch-site': 'cross-site' },
    ];
    for (const form of foreign) {
      const reply = await ada.signOut(form);
      expect([reply.status, reply.headers.location, reply.headers['content-type']]).toEqual([
        403,
        undefined,
        'text/html; charset=utf-8',
      ]);
    }
    for (const type of ['text/plain', 'multipart/form-data; boundary=x']) {
      expect((await ada.signOut({ 'sec-fetch-site': 'same-origin', 'content-type': type })).status).toBe(415);
    }
    for (const method of ['GET', 'HEAD', 'PUT', 'DELETE']) {
      const reply = await ada.raw({
        method,
        path: '/auth/sign-out',
        headers: { 'x-latchkey': '1', origin: portal.base },
      });
      expect(reply.status).toBe(404);
    }
    expect(said(await ada.call('getSession'))).toBe('200');
    expect(said(await ada.signOut({}))).toBe('303');
    expect(said(await ada.call('getSession'))).toBe('401 signed_out');
  });

  test.each([
    ['hangs', { delayMs: 60_000 }],
    ['cuts', { cut: 'before' as const }],
    ['fails', { status: 503 }],
  ])('does not wait for an org that %s', async (_what, fault) => {
    const ada = await portal.signedIn(ADA);
    const token = ada.token()!;
    const body = `formToken=${await ada.formToken()}`;
    const again = await env.another({
      app: { store: portal.store },
      settings: { baseUrl: portal.base.replace(/\d+$/, '1') },
    });
    await env.fault({ match: 'GET /oauth2/default/*', times: 20, ...fault });
    await env.fault({ match: '* /api/v1/*', times: 20, ...fault });
    const { port } = again.app.fastify.server.address() as { port: number };
    const started = performance.now();
    const reply = await exchange(`http://localhost:${port}`, {
      method: 'POST',
      path: '/auth/sign-out',
      headers: {
        cookie: `latchkey-1=${token}`,
        'sec-fetch-site': 'same-origin',
        'content-type': 'application/x-www-form-urlencoded',
      },
      body,
    });
    expect(performance.now() - started).toBeLessThan(15_000);
    expect([said(reply), reply.headers.location]).toEqual(['303', '/signed-out']);
    expect(said(await ada.call('getSession'))).toBe('401 signed_out');
    await env.clearFaults();
    await again.close();
  });
});
