import type { PurposeText } from '#contract/purposes.ts';
import { beforeEach, describe, expect, test } from 'vitest';
import { codeSent, findId, createMove, withPush } from '#testing/security-methods.ts';
import { ANNIE, GRACE, HEDY, type Portal, testEnv } from '#testing/test-env.ts';
import { said, type Visitor } from '#testing/visitor.ts';

const apps = {
  totp: { body: { kind: 'totp' }, provider: 'GOOGLE', spare: 'OKTA', spareKind: 'okta-verify' },
  'okta-verify': {
    body: { kind: 'okta-verify', method: 'totp' },
    provider: 'OKTA',
    spare: 'GOOGLE',
    spareKind: 'totp',
  },
} as const;
const table = (['totp', 'okta-verify'] as const).flatMap((kind) =>
  (['Classic', 'Identity Engine'] as const).map((engine) => ({ kind, engine })),
);

const envs = { Classic: await testEnv(), 'Identity Engine': await testEnv({ engine: 'oie' }) };

describe.each(table)('replacing $kind on $engine', ({ kind, engine }) => {
  const { body, provider, spare, spareKind } = apps[kind];
  const env = envs[engine];
  let portal: Portal;
  let grace: Visitor;
  let old: string;
  beforeEach(async () => {
    portal = await env.fresh();
    grace = await portal.signedIn(GRACE);
    old = await findId(grace, kind);
  });

  const replace = (who = grace, more: object = {}) =>
    who.call('replaceFactor', { factorId: old }, { body: { ...body, ...more } });
  const state = (who = grace) => createMove(who, kind, old);
  async function stepUp(refused: Awaited<ReturnType<typeof replace>>, who = grace) {
    expect(said(refused)).toBe('403 step_up_required');
    const { purpose, options } = refused.body.error as {
      purpose: PurposeText;
      options: { kind: string; factorId: string }[];
    };
    const { factorId } = options.find((option) => option.kind === spareKind)!;
    const passCode = await env.nextCode(GRACE, spare);
    expect(said(await who.call('verifyFactor', { factorId }, { body: { passCode, purpose } }))).toBe('200');
    return purpose;
  }
  async function finish(made: Awaited<ReturnType<typeof replace>>, who = grace) {
    expect(said(made)).toBe('201');
    const { id } = made.body.factor as { id: string };
    const passCode = await env.nextCode(GRACE, provider);
    expect(said(await who.call('activateFactor', { factorId: id }, { body: { passCode } }))).toBe('200');
    expect(await state(who)).toBe('moved');
    return id;
  }
  const notices = async () => {
    await portal.app.services.outbox.flush();
    // Leaves out the unsent email that waits in case the replacement is not finished in time.
    const sent = await portal.store
      .selectFrom('outbox')
      .select('subject')
      .where('address', '=', GRACE)
      .where('sent_at', 'is not', null)
      .orderBy('created_at')
      .execute();
    return sent.map(({ subject }) => subject.replace(/^.*? (?:was|is) /, ''));
  };
  /** Newest first. */
  const history = async () => {
    const { entries } = (await grace.call('getSecurityHistory')).body as { entries: { event: string; kind: string }[] };
    const seen = entries.filter(({ event }) => event.startsWith('user.mfa.factor.'));
    return seen.map(({ event, kind: of }) => `${event.slice(16)} ${of}`);
  };
  const trace = async () => {
    const rows = await portal.auditRows({});
    return rows
      .filter(({ type, event }) => type !== 'event' && event.startsWith('user.mfa.factor.'))
      .map(({ type, event, outcome, reason }) => [type, event.slice(16), outcome ?? reason].filter(Boolean).join(' '));
  };

  test('with the old phone dead from the start: the spare steps up, and the rest needs no other proof', async () => {
    expect(await stepUp(await replace())).toBe(`replace:${old}`);
    expect(await state()).toBe('open');
    const id = await finish(await replace());
    expect(id).not.toBe(old);
    expect(await notices()).toEqual(['being replaced on your account', 'replaced by a new one on your account']);
    expect(await history()).toEqual([`replace ${kind}`]);
    const query = { kind: 'method', person: GRACE };
    const { lines } = (await (await portal.signedIn(ANNIE)).call('listAuditLog', {}, { query })).body as {
      lines: { event: string; kind: string; outcome: string }[];
    };
    expect(lines).toMatchObject([
      { event: 'user.mfa.factor.activate', kind, outcome: 'success' },
      { event: 'user.mfa.factor.enroll', kind, outcome: 'success' },
      { event: 'user.mfa.factor.replace', kind, outcome: 'success' },
    ]);
    expect(await trace()).toEqual([
      'intent deactivate replaced',
      'outcome deactivate success',
      'intent enroll',
      'outcome enroll success',
      'intent activate',
      'outcome activate success',
    ]);
    expect(said(await replace())).toBe('409 already_enrolled');
  });

  test('left with the QR code on the screen, it goes on in another browser by the spare alone', async () => {
    await stepUp(await replace());
    const { id: factorId } = (await replace()).body.factor;
    expect(said(await grace.call('activateFactor', { factorId }, { body: { passCode: '000000' } }))).toBe(
      '403 wrong_code',
    );
    const open = async () => (await grace.call('getHome')).body.replacing;
    expect(await open()).toEqual([{ kind, factorId: old, left: false, newFactorId: factorId, resumable: 'here' }]);
    const other = await portal.signedIn(GRACE);
    expect(await state(other)).toBe('off');
    expect(await history()).toEqual([`wrong_code ${kind}`, `replace_begun ${kind}`]);
    // Only the first session has the grant. For another session, this is a new enrollment.
    expect(said(await replace(other))).toBe('409 open_elsewhere');
    const purpose = await stepUp(await replace(other, { startOver: true }), other);
    expect(purpose).toBe(`enroll:${kind}`);
    await finish(await replace(other, { startOver: true }), other);
    expect(await open()).toEqual([]);
    expect(await history()).toEqual([`replace ${kind}`, `wrong_code ${kind}`]);
  });

  test('left after the deletion until the time is over, it goes on by the spare', async () => {
    await stepUp(await replace());
    await env.fault({ match: 'POST /api/v1/users/*/factors', status: 503 });
    expect((await replace()).status).toBeGreaterThanOrEqual(500);
    expect(await state()).toBe('off');
    env.advance(9 * 60);
    expect(said(await replace())).toBe('201');
    env.advance(2 * 60);
    // The enrollment can still be finished, but another start needs a new step-up.
    expect(said(await replace())).toBe('409 open_elsewhere');
    expect(await stepUp(await replace(grace, { startOver: true }))).toBe(`enroll:${kind}`);
    await finish(await replace(grace, { startOver: true }));
  });

  test('given up, it says that the old one was removed once the time is over, and then that a new one replaced it', async () => {
    await stepUp(await replace());
    const made = await replace();
    const began = ['being replaced on your account'];
    expect(await notices()).toEqual(began);
    env.advance(9 * 60);
    expect(await notices()).toEqual(began);
    env.advance(61);
    expect(await notices()).toEqual([...began, 'removed from your account']);
    const { id } = made.body.factor as { id: string };
    const passCode = await env.nextCode(GRACE, provider);
    const late = await grace.call('activateFactor', { factorId: id }, { body: { passCode } });
    expect((await notices()).slice(2)).toEqual(late.status === 200 ? ['replaced by a new one on your account'] : []);
  });

  test('adding one as usual goes on within the grant, and no other kind does', async () => {
    await stepUp(await replace());
    await env.fault({ match: 'POST /api/v1/users/*/factors', status: 503 });
    expect((await replace()).status).toBeGreaterThanOrEqual(500);
    expect(said(await grace.call('enrollFactor', {}, { body: { kind: 'webauthn' } }))).toBe('403 step_up_required');
    await finish(await grace.call('enrollFactor', {}, { body }));
  });

  test.each([
    ['reading the methods', { match: 'GET /api/v1/users/*/factors', status: 503, times: 5 }, 'open'],
    [
      'deleting the old one, certainly',
      { match: 'DELETE /api/v1/users/*/factors/*', status: 403, body: { errorCode: 'E0000006', errorCauses: [] } },
      'open',
    ],
    [
      'deleting the old one, and the answer is lost',
      { match: 'DELETE /api/v1/users/*/factors/*', cut: 'after' },
      'off',
    ],
    ['deleting the old one, before it happens', { match: 'DELETE /api/v1/users/*/factors/*', cut: 'before' }, 'open'],
    ['enrolling the new one', { match: 'POST /api/v1/users/*/factors', status: 500 }, 'off'],
    ['enrolling the new one, and the answer is lost', { match: 'POST /api/v1/users/*/factors', cut: 'after' }, 'off'],
  ] as const)('goes on after the org failed at %s', async (_what, fault, left) => {
    await stepUp(await replace());
    await env.fault({ ...fault });
    expect((await replace()).status).toBeGreaterThanOrEqual(400);
    await env.clearFaults();
    await portal.app.reconcile();
    expect(await state()).toBe(left);
    const again = await replace();
    if (left === 'off') await finish(again);
    else await finish(again.status === 403 ? (await stepUp(again), await replace()) : again);
    expect(await notices()).toEqual(['being replaced on your account', 'replaced by a new one on your account']);
  });

  test('a certain failure to delete the old one ends the grant', async () => {
    await stepUp(await replace());
    const body = { errorCode: 'E0000006', errorCauses: [] };
    await env.fault({ match: 'DELETE /api/v1/users/*/factors/*', status: 403, body });
    expect((await replace()).status).toBeGreaterThanOrEqual(400);
    const rows = await portal.store.selectFrom('replacements').select('granted_until').execute();
    expect(rows).toEqual([{ granted_until: 0 }]);
  });

  test('a failing activation can be repeated, and a wrong code too', async () => {
    await stepUp(await replace());
    const made = await replace();
    const { id } = made.body.factor as { id: string };
    const activate = (passCode: string) => grace.call('activateFactor', { factorId: id }, { body: { passCode } });
    await env.fault({ match: 'POST /api/v1/users/*/factors/*/lifecycle/activate', status: 503 });
    expect((await activate(await env.nextCode(GRACE, provider))).status).toBeGreaterThanOrEqual(500);
    expect(said(await activate('000000'))).toBe('403 wrong_code');
    await finish(made);
  });

  test('an unfinished one is refused while frozen, and another session cannot use the grant', async () => {
    await stepUp(await replace());
    expect(said(await replace())).toBe('201');
    const other = await portal.signedIn(GRACE);
    expect(said(await other.call('freezeMyself'))).toBe('204');
    expect((await replace()).status).toBe(401);
    const later = await portal.signedIn(GRACE);
    expect(said(await replace(later))).toBe('423 frozen');
  });
});

test.each(['Classic', 'Identity Engine'] as const)('a push on %s is replaced by another phone’s', async (engine) => {
  const env = envs[engine];
  const portal = await env.fresh();
  await withPush(env, HEDY);
  const hedy = await portal.signedIn(HEDY);
  const old = await findId(hedy, 'okta-verify');
  await portal.stepUp(hedy, `replace:${old}`, 3);
  const body = { kind: 'okta-verify', method: 'push' };
  const replace = (more: object = {}) => hedy.call('replaceFactor', { factorId: old }, { body: { ...body, ...more } });
  const made = await replace();
  expect([said(made), made.body.activation?.how]).toEqual(['201', 'poll']);
  const lastChange = async () => (await hedy.call('getHome')).body.lastChange.event;
  expect(await lastChange()).toBe('user.mfa.factor.deactivate');
  // The QR code has expired. The grant allows another one.
  env.advance(5 * 60);
  expect(said(await replace())).toBe('409 open_elsewhere');
  const again = await replace({ startOver: true });
  expect(said(again)).toBe('201');
  await env.simulator('POST', '/push', { user: HEDY, answer: 'enroll' });
  const { id } = again.body.factor as { id: string };
  expect((await hedy.call('pollActivation', { factorId: id })).body.result).toBe('ACTIVE');
  expect(await createMove(hedy, 'okta-verify', old)).toBe('moved');
  const { entries } = (await hedy.call('getSecurityHistory')).body as { entries: { event: string; outcome: string }[] };
  // The first enrollment did not succeed, so the history shows one replacement.
  expect(
    entries
      .filter(({ event, outcome }) => event.startsWith('user.mfa.factor.') && outcome === 'success')
      .map(({ event }) => event),
  ).toEqual(['user.mfa.factor.replace']);
  expect(await lastChange()).toBe('user.mfa.factor.replace');
  expect(said(await replace())).toBe('409 already_enrolled');
});

test('with a spare, a required kind does not keep the old one; without the spare, it does again', async () => {
  const env = envs.Classic;
  const portal = await env.fresh();
  const grace = await portal.signedIn(GRACE);
  const [app, spare] = [await findId(grace, 'totp'), await findId(grace, 'okta-verify')];
  const give = (purpose: PurposeText) => portal.stepUp(grace, purpose, 4);
  const entry = (provider: string) => ({
    factorType: 'token:software:totp',
    provider,
    enrollment: 'REQUIRED',
    status: 'ACTIVE',
  });
  await env.fault({
    match: 'GET /api/v1/users/*/factors/catalog',
    times: 9,
    status: 200,
    body: [entry('GOOGLE'), entry('OKTA')],
  });
  await give(`remove:${app}`);
  expect(said(await grace.call('deleteFactor', { factorId: app }))).toBe('409 required_factor');
  await give(`replace:${app}`);
  expect(said(await grace.call('replaceFactor', { factorId: app }, { body: { kind: 'totp' } }))).toBe('201');
  await give(`replace:${spare}`);
  const body = { kind: 'okta-verify', method: 'totp' };
  expect(said(await grace.call('replaceFactor', { factorId: spare }, { body }))).toBe('409 last_factor');
  await give(`remove:${spare}`);
  expect(said(await grace.call('deleteFactor', { factorId: spare }))).toBe('409 required_factor');
});

describe('without a spare', () => {
  const env = envs.Classic;
  let portal: Portal;
  let hedy: Visitor;
  let app: string;
  beforeEach(async () => {
    portal = await env.fresh();
    hedy = await portal.signedIn(HEDY);
    app = await findId(hedy, 'totp');
  });
  const replace = () => hedy.call('replaceFactor', { factorId: app }, { body: { kind: 'totp' } });
  const give = (purpose: PurposeText, strength: number) => portal.stepUp(hedy, purpose, strength);

  test('[A6] the only method is not replaced, and nobody is asked to prove anything first', async () => {
    expect(said(await replace())).toBe('409 last_factor');
    await give(`replace:${app}`, 4);
    await env.takeRequests();
    expect(said(await replace())).toBe('409 last_factor');
    expect((await env.takeRequests()).filter(({ method }) => method !== 'GET')).toEqual([]);
    const { methods } = (await hedy.call('getNewPhone')).body as { methods: { factor: { id: string } }[] };
    expect(methods.find(({ factor }) => factor.id === app)).toMatchObject({ way: 'replace', spare: false });
  });

  test('adding a second app says that there is one, before it asks for a proof', async () => {
    const refused = await hedy.call('enrollFactor', {}, { body: { kind: 'totp' } });
    expect([said(refused), refused.body.error.factorId]).toEqual(['409 already_enrolled', app]);
  });

  test('[A4] a text message never replaces an app', async () => {
    await give('enroll:sms', 3);
    const made = await hedy.call('enrollFactor', {}, { body: { kind: 'sms', phoneNumber: '+15550100177' } });
    const passCode = await codeSent(env, HEDY);
    await hedy.call('activateFactor', { factorId: made.body.factor.id }, { body: { passCode } });
    const sms = await findId(hedy, 'sms');
    const asked = async () => (await replace()).body.error as { strength: number; options: object[] };
    const { requestId: _, ...before } = (await asked()) as never as Record<string, unknown>;
    expect(before).toMatchObject({
      code: 'step_up_required',
      strength: 3,
      options: [{ type: 'factor', kind: 'totp' }, { type: 'okta' }],
    });
    const bySms = { purpose: `replace:${app}` };
    expect(said(await hedy.call('verifyFactor', { factorId: sms }, { body: bySms }))).toBe('403 step_up_required');
    await give(`replace:${app}`, 2);
    expect(said(await replace())).toBe('403 step_up_required');
    for (const purpose of [`remove:${app}`, 'enroll:totp', `replace:${sms}`] as const) await give(purpose, 4);
    expect(said(await replace())).toBe('403 step_up_required');
    expect(await findId(hedy, 'totp')).toBe(app);
  });

  test('what is no method of this person, of another kind, or of a kind that one may have twice, is not replaced', async () => {
    const other = await findId(await portal.signedIn(GRACE), 'totp');
    const call = (factorId: string, body: object) => hedy.call('replaceFactor', { factorId }, { body });
    expect(said(await call(other, { kind: 'totp' }))).toBe('404 not_found');
    expect(said(await call('uft00000000000000000', { kind: 'totp' }))).toBe('404 not_found');
    expect(said(await call(app, { kind: 'sms' }))).toBe('400 bad_request');
    expect(said(await call(app, { kind: 'okta-verify', method: 'totp' }))).toBe('400 bad_request');
  });
});
