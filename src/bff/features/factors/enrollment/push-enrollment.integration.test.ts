import type { PurposeText } from '#contract/purposes.ts';
import { beforeEach, describe, expect, test } from 'vitest';
import { refuseWrites } from '#testing/store-contents.ts';
import { ADA, GRACE, testEnv, type Portal } from '#testing/test-env.ts';
import { exchange, said, type Visitor } from '#testing/visitor.ts';

const PUSH = { body: { kind: 'okta-verify', method: 'push' } } as const;

const envs = { classic: await testEnv(), oie: await testEnv({ engine: 'oie' }) };

describe.each(['classic', 'oie'] as const)('Okta Verify on %s', (engine) => {
  const env = envs[engine];
  let portal: Portal;
  let ada: Visitor;
  let factorId: string;
  beforeEach(async () => {
    portal = await env.fresh();
    ada = await portal.signedIn(ADA);
  });

  const at = (seconds: number) => new Date(env.clock.now() + seconds * 1000).toISOString();
  const scan = () => env.simulator('POST', '/push', { user: ADA, answer: 'enroll' });
  const poll = (who = ada) => who.call('pollActivation', { factorId }, { poll: true });
  const begin = async (who = ada, startOver?: true) => {
    const made = await who.call('enrollFactor', {}, { body: { ...PUSH.body, startOver } });
    factorId = made.body.factor.id;
    return made;
  };
  const polls = async () => (await env.takeRequests()).filter(({ path }) => path.endsWith('/poll')).length;
  const emails = async () => {
    await portal.app.services.outbox.flush();
    return (await env.emails(ADA)).filter(({ text }) => /Okta Verify was added/.test(text)).length;
  };
  const ends = async () => {
    const rows = await portal.auditRows(
      { event: 'user.mfa.factor.activate', type: ['event', 'outcome'] },
      'event',
      'outcome',
    );
    return rows.map(({ outcome }) => outcome);
  };
  const tab = () => {
    const other = portal.visitor();
    other.plant(ada.token()!);
    return other;
  };

  test('started over, it has the whole time again', async () => {
    await begin();
    await poll();
    env.advance(200);
    await poll();
    env.advance(5);
    const again = await ada.call('enrollFactor', {}, { body: { ...PUSH.body, startOver: true } });
    const wholeTime = Date.parse(at(600));
    const left = async (): Promise<string[]> => [
      again.body.activation.expiresAt,
      (await poll()).body.expiresAt,
      (await ada.call('getFactor', { factorId })).body.enrollment.expiresAt,
    ];
    // Okta's times have no milliseconds.
    for (const end of await left()) expect(Math.abs(Date.parse(end) - wholeTime)).toBeLessThan(1000);
  });

  test('[L1] [L5] cannot be finished where its intent could not be stored: nobody would be told', async () => {
    const when = "NEW.type = 'intent' AND NEW.event = 'user.mfa.factor.activate'";
    const accept = await refuseWrites(portal.store, { table: 'audit_log', on: 'INSERT', when });
    expect((await ada.call('enrollFactor', {}, PUSH)).status).toBe(500);
    await accept();
    expect(await portal.store.selectFrom('grants').selectAll().execute()).toEqual([]);
  });

  test('is finished by the phone: QR codes and polls until then, one outcome and one notification after', async () => {
    const made = await begin();
    expect(said(made)).toBe('201');
    expect(made.body.activation).toEqual({
      how: 'poll',
      qr: `/api/factors/${factorId}/activation/qr`,
      links: ['sms', 'email'],
      expiresAt: expect.any(String),
    });
    expect(Date.parse(made.body.activation.expiresAt) - env.clock.now()).toBeLessThanOrEqual(600_000);
    expect((await ada.call('getFactor', { factorId })).body.enrollment.how).toBe('poll');
    expect((await poll()).body).toMatchObject({ result: 'WAITING', expiresAt: expect.any(String) });
    await scan();
    env.advance(4);
    const done = await poll();
    expect(done.body).toMatchObject({ result: 'ACTIVE', factor: { kind: 'okta-verify', status: 'ACTIVE' } });
    expect([await emails(), await ends()]).toEqual([2, ['success']]);
    expect(await portal.store.selectFrom('grants').selectAll().execute()).toEqual([]);
    env.advance(4);
    await env.takeRequests();
    expect((await poll(tab())).body).toMatchObject({ result: 'ACTIVE', factor: { id: factorId } });
    expect([await polls(), await emails(), await ends()]).toEqual([0, 2, ['success']]);
    expect(await portal.app.reconcile()).toBe(0);
    expect(
      (await ada.call('listFactors')).body.factors.filter(({ kind }: { kind: string }) => kind === 'okta-verify'),
    ).toHaveLength(1);
  });

  test('several tabs cause one request in four seconds, and a timer’s poll does not extend the session', async () => {
    await begin();
    await env.takeRequests();
    const seen = await portal.store.selectFrom('sessions').select('seen_at').executeTakeFirstOrThrow();
    const tabs = Array.from({ length: 10 }, tab);
    expect(new Set((await Promise.all(tabs.map((one) => poll(one)))).map(({ body }) => body.result))).toEqual(
      new Set(['WAITING']),
    );
    expect(await polls()).toBe(1);
    await scan();
    env.advance(3);
    expect((await poll()).body.result).toBe('WAITING');
    expect(await polls()).toBe(0);
    env.advance(1);
    expect(new Set((await Promise.all(tabs.map((one) => poll(one)))).map(({ body }) => body.result))).toEqual(
      new Set(['ACTIVE']),
    );
    expect([await polls(), await emails(), await ends()]).toEqual([1, 2, ['success']]);
    env.advance(70);
    await poll();
    expect(await portal.store.selectFrom('sessions').select('seen_at').executeTakeFirstOrThrow()).toEqual(seen);
  });

  test('a failing org gets no more requests, and ends nothing', async () => {
    await begin();
    await env.takeRequests();
    await env.fault({ match: 'POST /api/v1/users/*/factors/*/lifecycle/activate/poll', status: 500 });
    const tabs = Array.from({ length: 5 }, tab);
    expect(new Set((await Promise.all(tabs.map((one) => poll(one)))).map(said))).toEqual(new Set(['502 org_error']));
    expect([said(await poll()), await polls()]).toEqual(['502 org_error', 1]);
    env.advance(4);
    expect((await poll()).body.result).toBe('WAITING');
  });

  test('is found and notified once when the phone finishes while no page polls', async () => {
    await begin();
    expect(await portal.app.reconcile()).toBe(0);
    expect(await ends()).toEqual([]);
    await scan();
    // Without a session, only the reconciliation asks Okta.
    await portal.app.services.sessions.endAll(
      (await portal.store.selectFrom('sessions').select('user_id').executeTakeFirstOrThrow()).user_id,
    );
    expect(await portal.app.reconcile()).toBe(1);
    expect([await portal.app.reconcile(), await ends(), await emails()]).toEqual([0, ['success'], 2]);
  });

  test('is not reconciled while a tab polls, and is closed after ten minutes', async () => {
    await begin();
    await poll();
    await env.takeRequests();
    await portal.app.reconcile();
    expect(await env.takeRequests()).toEqual([]);
    env.advance(60);
    await portal.app.reconcile();
    expect((await env.takeRequests()).map(({ method }) => method)).toEqual(['GET']);
    env.advance(600);
    expect(await portal.app.reconcile()).toBe(1);
    expect([await ends(), await emails()]).toEqual([['failure'], 0]);
  });

  test('a link sent late restarts the org’s ten minutes, and the result is still notified', async () => {
    await begin();
    env.advance(540);
    expect(said(await ada.call('sendActivationLink', { factorId }, { body: { channel: 'email' } }))).toBe('200');
    env.advance(400);
    expect((await poll()).body.result).toBe('TIMEOUT');
    env.advance(60);
    expect([await portal.app.reconcile(), await ends()]).toEqual([0, []]);
    await scan();
    expect([await portal.app.reconcile(), await ends(), await emails()]).toEqual([1, ['success'], 2]);
  });

  test('ends after ten minutes, says so, and makes no more requests', async () => {
    await begin();
    env.advance(600);
    expect((await poll()).body.result).toBe('TIMEOUT');
    await env.takeRequests();
    env.advance(4);
    expect((await poll()).body.result).toBe('TIMEOUT');
    expect(await polls()).toBe(0);
    expect(said(await ada.call('getActivationQr', { factorId }))).toBe('409 conflict');
    await ada.signIn(ADA);
    await ada.stepUp('enroll:okta-verify', ADA);
    expect(said(await begin())).toBe('201');
    expect((await poll()).body.result).toBe('WAITING');
    await scan();
    env.advance(4);
    expect((await poll()).body.result).toBe('ACTIVE');
    expect([await ends(), await emails()]).toEqual([['failure', 'success'], 2]);
  });

  test('[F6] the QR code is the org’s own, from our address, for the session that began it, and is not stored', async () => {
    await begin();
    const path = `/api/factors/${factorId}/activation/qr`;
    const reply = await ada.raw({ path });
    expect([
      reply.status,
      reply.headers['content-type'],
      reply.headers['cache-control'],
      reply.headers['x-content-type-options'],
    ]).toEqual([200, 'image/png', 'no-store', 'nosniff']);
    expect(reply.headers['content-security-policy']).toBe("default-src 'none'; sandbox");
    expect(Number(reply.headers['content-length'])).toBeLessThan(5000);
    expect(reply.text).toContain('PNG');
    const [row] = await portal.store.selectFrom('grants').selectAll().execute();
    expect(row!.qr).not.toBeNull();
    expect(JSON.stringify(row)).not.toMatch(/20111|\/qr\/|http/);
    const other = await portal.signedIn(ADA);
    await env.takeRequests();
    expect(said(await other.call('getActivationQr', { factorId }))).toBe('403 forbidden');
    expect((await exchange(portal.base, { path })).status).toBe(401);
    // A sealed address cannot be opened in the row of another factor.
    await portal.store.updateTable('grants').set({ factor_id: 'opf00000000000000000' }).execute();
    expect(said(await ada.call('getActivationQr', { factorId: 'opf00000000000000000' }))).toBe('409 conflict');
    expect((await env.takeRequests()).filter(({ path: asked }) => asked.includes('/qr/'))).toEqual([]);
  });

  test('[F6] an org’s answer that is not a small image is refused', async () => {
    await begin();
    for (const fault of [
      { status: 200, body: '<html>' },
      { status: 302, headers: { location: 'https://evil.example' } },
      { status: 500 },
      { status: 404 },
    ]) {
      await env.fault({ match: 'GET /api/v1/users/*/factors/*/qr/*', ...fault });
      const reply = await ada.call('getActivationQr', { factorId });
      expect(reply.status).toBeGreaterThanOrEqual(404);
      expect(reply.headers['content-type']).toContain('json');
    }
    expect((await ada.raw({ path: `/api/factors/${factorId}/activation/qr` })).status).toBe(200);
  });

  test('a link goes to the phone or the own email address, masked in the answer, within the org’s limit', async () => {
    await begin();
    const link = (body: object, who = ada) => who.call('sendActivationLink', { factorId }, { body });
    const sent = await link({ channel: 'sms', to: '+15550100123' });
    expect(sent.body).toMatchObject({ to: '•••• 0123', resendAt: at(30) });
    env.advance(30);
    expect((await link({ channel: 'email' })).body).toMatchObject({ to: 'a•••@example.com', resendAt: at(30) });
    expect((await env.emails(ADA)).length).toBeGreaterThan(0);
    const other = await portal.signedIn(ADA);
    expect(said(await link({ channel: 'email' }, other))).toBe('403 forbidden');
    expect(said(await link({ channel: 'email', to: 'eve@example.com' }))).toBe('400 bad_request');
    expect(said(await link({ channel: 'sms' }))).toBe('400 bad_request');
    const auditRows = await portal.auditRows({ event: 'user.mfa.factor.send_link', type: 'outcome' });
    expect(auditRows.map(({ outcome }) => outcome)).toEqual(['success', 'success']);
    expect(JSON.stringify(auditRows)).not.toContain('5550100123');
    await scan();
    env.advance(4);
    expect((await poll()).body.result).toBe('ACTIVE');
  });

  test('adds push beside existing codes, as one method that is shown, kept and removed as a whole', async () => {
    const grace = await portal.signedIn(GRACE);
    const stepUp = (purpose: PurposeText) => portal.stepUp(grace, purpose, 4);
    await stepUp('enroll:okta-verify');
    const codes = await grace.call('enrollFactor', {}, { body: { kind: 'okta-verify', method: 'totp' } });
    expect(said(codes)).toBe('409 already_enrolled');
    expect(said(await begin(grace))).toBe('201');
    const kept = async () =>
      ((await grace.call('listFactors')).body.factors as { kind: string; status: string }[]).map(
        ({ kind, status }) => `${kind} ${status}`,
      );
    if (engine === 'classic') {
      // The pending push factor is a method of its own.
      expect((await grace.call('getFactor', { factorId })).body).toMatchObject({
        factor: { id: factorId, status: 'PENDING_ACTIVATION', resumable: 'here' },
        enrollment: { how: 'poll' },
        removal: { allowed: true, steppedUp: true },
      });
      expect(said(await grace.call('deleteFactor', { factorId }))).toBe('204');
    } else {
      // Identity Engine would remove all factors of this Okta Verify, so their step-up is needed.
      expect(said(await grace.call('deleteFactor', { factorId }))).toBe('403 step_up_required');
    }
    expect(await kept()).toContain('okta-verify ACTIVE');
    await stepUp('enroll:okta-verify');
    expect(said(await begin(grace, true))).toBe('201');
    await env.simulator('POST', '/push', { user: GRACE, answer: 'enroll' });
    expect((await poll(grace)).body.result).toBe('ACTIVE');
    const family = ((await grace.call('listFactors')).body.factors as { id: string; kind: string }[]).filter(
      ({ kind }) => kind === 'okta-verify',
    );
    expect(family).toHaveLength(1);
    await stepUp(`remove:${family[0]!.id}`);
    expect(said(await grace.call('deleteFactor', { factorId: family[0]!.id }))).toBe('204');
    expect(
      ((await grace.call('listFactors')).body.factors as { kind: string }[])
        .map(({ kind }) => kind)
        .filter((kind) => kind !== 'email'),
    ).toEqual(['totp']);
  });

  test('discarding a factor ends its enrollment', async () => {
    await begin();
    expect(said(await ada.call('deleteFactor', { factorId }))).toBe('204');
    env.advance(4);
    expect(said(await poll())).toBe('404 not_found');
    env.advance(60);
    await portal.app.reconcile();
    expect([await ends(), await emails()]).toEqual([['failure'], 0]);
  });

  describe('begun and cancelled', () => {
    const history = async () => {
      const { entries } = (await ada.call('getSecurityHistory')).body as { entries: { event: string; kind: string }[] };
      return entries.flatMap(({ event, kind }) => (kind === 'okta-verify' ? [event] : []));
    };

    test('is one line of the history, also after the reconciliation and after a start over', async () => {
      await begin();
      await begin(ada, true);
      await ada.call('deleteFactor', { factorId });
      expect(await history()).toEqual(['user.mfa.factor.enroll_cancelled']);
      env.advance(75);
      await portal.app.reconcile();
      expect(await ends()).toEqual(['failure', 'failure']);
      expect(await history()).toEqual(['user.mfa.factor.enroll_cancelled']);
    });

    test('is that line, and no notice of a removal, where the answer of the cancellation was lost', async () => {
      await begin();
      await env.fault({ match: 'DELETE /api/v1/users/*/factors/*', cut: 'after' });
      expect(said(await ada.call('deleteFactor', { factorId }))).toBe('502 org_error');
      env.advance(75);
      expect(await portal.app.reconcile()).toBe(2);
      expect(await history()).toEqual(['user.mfa.factor.enroll_cancelled']);
      await portal.app.services.outbox.flush();
      expect((await env.emails(ADA)).filter(({ text }) => /was removed/.test(text))).toEqual([]);
    });

    test('is no line where nobody cancelled it: the attempt that nobody finished shows', async () => {
      await begin();
      env.advance(15 * 60);
      await portal.app.reconcile();
      ada = await portal.signedIn(ADA);
      expect(await history()).toEqual(['user.mfa.factor.activate']);
    });
  });
});
