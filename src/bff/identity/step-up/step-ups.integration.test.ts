import type { PurposeText } from '#contract/purposes.ts';
import { beforeEach, describe, expect, test } from 'vitest';
import { findId } from '#testing/security-methods.ts';
import { ADA, GRACE, HEDY, KATHERINE, startTestEnv, testEnv, type Portal } from '#testing/test-env.ts';
import { said, type Visitor } from '#testing/visitor.ts';
import { personId } from '../../features/helpdesk/testing/helpdesk-fixture.ts';
import type { Session } from '../sessions/sessions.ts';

const OLD = 5 * 60 + 1;
const env = await testEnv();
let portal: Portal;
beforeEach(async () => {
  portal = await env.fresh();
});

const sessionOf = async (visitor: Visitor): Promise<Session> =>
  (await portal.app.services.sessions.find(visitor.token()!, false))!;

const actions = {
  enroll: {
    login: HEDY,
    purpose: (): PurposeText => 'enroll:okta-verify',
    action: (who: Visitor) =>
      who.call('enrollFactor', {}, { body: { kind: 'okta-verify', method: 'totp', startOver: true } }),
  },
  remove: {
    login: GRACE,
    purpose: (id: string): PurposeText => `remove:${id}`,
    action: (who: Visitor, factorId: string) => who.call('deleteFactor', { factorId }),
  },
  sessions: {
    login: GRACE,
    purpose: (): PurposeText => 'sessions',
    action: (who: Visitor) => who.call('endOtherSessions'),
  },
};
type Action = keyof typeof actions;

/** A title, whether the sign-in is old, a function that prepares step-ups, and the operations that are then allowed. */
const stepUps: [
  string,
  boolean,
  (
    give: (strength: number, over?: { purpose?: PurposeText; session?: Session }) => Promise<void>,
    other: () => Promise<Session>,
    consume: () => Promise<unknown>,
  ) => Promise<void>,
  Record<Action, boolean>,
][] = [
  ['an old password', true, async () => {}, { enroll: false, remove: false, sessions: false }],
  ['a fresh password', false, async () => {}, { enroll: false, remove: false, sessions: true }],
  ['a weak proof', true, (give) => give(2), { enroll: false, remove: false, sessions: true }],
  ['a strong proof', true, (give) => give(3), { enroll: true, remove: true, sessions: true }],
  [
    'a proof for something else',
    true,
    (give) => give(4, { purpose: 'enroll:webauthn' }),
    { enroll: false, remove: false, sessions: false },
  ],
  [
    'a proof in another session',
    true,
    async (give, other) => give(4, { session: await other() }),
    { enroll: false, remove: false, sessions: false },
  ],
  [
    'a proof of five minutes ago',
    true,
    async (give) => give(4).then(() => env.advance(OLD)),
    { enroll: false, remove: false, sessions: false },
  ],
  [
    'a spent proof',
    true,
    async (give, _other, consume) => void (await give(4).then(consume)),
    { enroll: false, remove: false, sessions: false },
  ],
];

const cells = stepUps.flatMap(([what, old, prepare, opens]) =>
  (Object.keys(actions) as Action[]).map((action) => ({ what, action, old, prepare, opens: opens[action] })),
);

test.each(cells)('[A4] $what, to $action: $opens', async ({ action, old, prepare, opens }) => {
  const { login, purpose, action: run } = actions[action];
  const who = await portal.signedIn(login);
  const [{ id }] = (await who.call('listFactors')).body.factors;
  if (old) env.advance(OLD);
  const session = await sessionOf(who);
  const { stepUps: kept } = portal.app.services;
  await prepare(
    async (strength, over = {}) =>
      void (await kept.give(over.session ?? session, over.purpose ?? purpose(id), strength)),
    async () => sessionOf(await portal.signedIn(login)),
    () => kept.consume(session, purpose(id), 0),
  );
  await env.takeRequests();
  const reply = await run(who, id);
  if (!opens) {
    expect(reply.body.error).toMatchObject({
      code: 'step_up_required',
      purpose: purpose(id),
      strength: action === 'sessions' ? 0 : 3,
    });
    expect(reply.body.error.options.at(-1)).toMatchObject({
      type: 'okta',
      href: expect.stringContaining(encodeURIComponent(purpose(id))),
    });
    expect((await env.takeRequests()).filter(({ method }) => method !== 'GET')).toEqual([]);
    return;
  }
  expect(reply.status).toBeLessThan(300);
  if (action !== 'remove' && old) expect(said(await run(who, id))).toMatch(/403 step_up_required/);
});

test('the matrix is complete', () => expect(cells).toHaveLength(stepUps.length * Object.keys(actions).length));

describe('the first method', () => {
  test('[A4] needs a sign-in within five minutes, and nothing else', async () => {
    const ada = await portal.signedIn(ADA);
    // One second less, because Okta gives the time of a sign-in in whole seconds.
    env.advance(5 * 60 - 1);
    expect(said(await ada.call('enrollFactor', {}, { body: { kind: 'totp' } }))).toBe('201');
  });

  test('needs a new sign-in after that, and a step-up alone is not enough', async () => {
    const ada = await portal.signedIn(ADA);
    env.advance(OLD);
    await portal.app.services.stepUps.give(await sessionOf(ada), 'enroll:totp', 4);
    const refused = await ada.call('enrollFactor', {}, { body: { kind: 'totp' } });
    expect(refused.body.error).toMatchObject({ code: 'step_up_required', strength: 0, options: [{ type: 'okta' }] });
    const landed = await ada.stepUp('enroll:totp', ADA);
    expect(landed.url.pathname).toBe('/done');
    expect(said(await ada.call('enrollFactor', {}, { body: { kind: 'totp' } }))).toBe('201');
  });

  test('[A4] needs one too where the last method is gone since a step-up', async () => {
    const grace = await portal.signedIn(GRACE);
    env.advance(OLD);
    const [factorId, passCode] = [await findId(grace, 'totp'), await env.nextCode(GRACE)];
    await grace.call('verifyFactor', { factorId }, { body: { passCode, purpose: 'sessions' } });
    await portal.okta.users.resetFactors({ userId: await personId(portal, GRACE) });
    const refused = await grace.call('enrollFactor', {}, { body: { kind: 'totp' } });
    expect(refused.body.error).toMatchObject({ code: 'step_up_required', strength: 0 });
  });

  test('does so beside an unfinished one too', async () => {
    const katherine = await portal.signedIn(KATHERINE);
    expect(said(await katherine.call('enrollFactor', {}, { body: { kind: 'totp' } }))).toBe('201');
  });

  test('is refused where the list is incomplete or cannot be read', async () => {
    const grace = await portal.signedIn(GRACE);
    await env.takeRequests();
    const broken = [
      {
        id: 'uft00000000000000001',
        factorType: 'token:software:totp',
        provider: 'GOOGLE',
        status: 'PENDING_ACTIVATION',
      },
      { id: 7 },
    ];
    for (const body of [[], broken]) {
      await env.fault({ match: 'GET /api/v1/users/*/factors', status: 200, body });
      expect(said(await grace.call('enrollFactor', {}, { body: { kind: 'totp' } }))).toBe('403 forbidden');
    }
    await env.fault({ match: 'GET /api/v1/users/*/factors', status: 200, body: [{ id: 7 }] });
    expect(said(await grace.call('enrollFactor', {}, { body: { kind: 'totp' } }))).toBe('502 org_error');
    expect((await env.takeRequests()).filter(({ method }) => method !== 'GET')).toEqual([]);
  });

  test('is still the first on an Identity Engine org, which lists the email address automatically', async () => {
    const oie = await startTestEnv({ engine: 'oie' });
    const there = await oie.fresh();
    const ada = await there.signedIn(ADA);
    expect((await ada.call('listFactors')).body.factors).toMatchObject([{ kind: 'email' }]);
    const made = await ada.call('enrollFactor', {}, { body: { kind: 'totp' } });
    expect(said(made)).toBe('201');
    const { id } = made.body.factor;
    await ada.call('activateFactor', { factorId: id }, { body: { passCode: await oie.code(ADA) } });
    expect((await ada.call('getFactor', { factorId: id })).body.removal).toEqual({
      allowed: false,
      reason: 'last_factor',
    });
    await oie.close();
  });
});

describe('a step-up at Okta', () => {
  test('[A5] with a code is valid for its purpose, in this session, once', async () => {
    const hedy = await portal.signedIn(HEDY);
    env.advance(OLD);
    await hedy.stepUp('enroll:okta-verify', HEDY, () => env.nextCode(HEDY));
    const question = { kind: 'question', question: 'first_award', answer: 'turnips galore' };
    expect(said(await hedy.call('enrollFactor', {}, { body: question }))).toBe('403 step_up_required');
    const elsewhere = await portal.signedIn(HEDY);
    expect(said(await elsewhere.call('enrollFactor', {}, { body: { kind: 'okta-verify', method: 'totp' } }))).toBe(
      '403 step_up_required',
    );
    const body = { kind: 'okta-verify', method: 'totp' } as const;
    expect(said(await hedy.call('enrollFactor', {}, { body }))).toBe('201');
    expect(said(await hedy.call('enrollFactor', {}, { body: { ...body, startOver: true } }))).toBe(
      '403 step_up_required',
    );
  });

  test('by another person is refused, and changes no session', async () => {
    const hedy = await portal.signedIn(HEDY);
    env.advance(5);
    const page = await hedy.begin('/auth/step-up?purpose=enroll%3Aokta-verify&returnTo=%2Fdone');
    let next = await hedy.step(page.url, { username: GRACE, password: env.emulator.password });
    while (next.headers.location) next = await hedy.step(new URL(next.headers.location, next.url));
    const landed = await hedy.open(next.url, { passCode: await env.nextCode(GRACE) });
    expect(landed.url.pathname + landed.url.search).toMatch(
      /^\/step-up\?purpose=enroll%3Aokta-verify&returnTo=%2Fdone&problem=refused/,
    );
    expect((await hedy.call('getSession')).body.user.login).toBe(HEDY);
    expect(said(await hedy.call('enrollFactor', {}, { body: { kind: 'okta-verify', method: 'totp' } }))).toBe(
      '403 step_up_required',
    );
  });

  test('[A5] begun in a session that ended is refused', async () => {
    const hedy = await portal.signedIn(HEDY);
    const begun = await hedy.step('/auth/step-up?purpose=sessions&returnTo=%2Fdone');
    await hedy.signIn(HEDY);
    const before = hedy.token();
    let next = await hedy.step(new URL(begun.headers.location!));
    while (next.headers.location) next = await hedy.step(new URL(next.headers.location, next.url));
    if (next.text.includes('password')) {
      const callback = await hedy
        .backFrom(next.url, { username: HEDY, password: env.emulator.password })
        .catch(() => null);
      if (callback) next = await hedy.step(callback);
    }
    expect(hedy.token()).toBe(before);
    expect(await portal.store.selectFrom('step_ups').selectAll().execute()).toEqual([]);
  });
});
