import pino from 'pino';
import { beforeEach, describe, expect, it } from 'vitest';
import { refuseWrites } from '#testing/store-contents.ts';
import { allLost, answerPush, idOf, withPush } from '#testing/security-methods.ts';
import { GRACE, HEDY, KATHERINE, testEnv, type Portal, type PortalOptions } from '#testing/test-env.ts';
import { said, type Visitor } from '#testing/visitor.ts';
import { signInAgent, recoveryCodeIn } from '../../features/helpdesk/testing/agent-fixture.ts';
import { personId } from '../../features/helpdesk/testing/helpdesk-fixture.ts';
import type { Email } from '../notifications/outbox.ts';
import { type AlarmSettings, standardAlarms } from './settings.ts';
import { temporaryFolder } from '#testing/programs/temporary-folder.ts';
import { pruneEnded } from '../../platform/lifecycle/prune.ts';

const DAY = 24 * 3600;
const env = await testEnv();

let lines: string[] = [];
let emails: Email[] = [];
const logger = () => pino({ level: 'silent' }, { write: (line: string) => void lines.push(line) });
const settings = (thresholds: Partial<AlarmSettings['thresholds']> = {}): AlarmSettings => ({
  email: ['soc@example.com'],
  thresholds: { ...standardAlarms.thresholds, ...thresholds },
});
const options = (over: PortalOptions = {}, alarms = settings()): PortalOptions => ({
  ...over,
  app: {
    alarms,
    logger: logger(),
    trustedProxies: ['127.0.0.1'],
    mailer: async (email) => void emails.push(email),
    ...over.app,
  },
});
const alarmsIn = () =>
  lines
    .map((line) => JSON.parse(line) as { alarm: string; subject: string | null; details: Record<string, unknown> })
    .filter(({ alarm }) => alarm !== undefined);
const alarmEmails = () => emails.filter(({ to }) => to === 'soc@example.com');
beforeEach(() => {
  lines = [];
  emails = [];
});
const watch = async ({ app }: Portal) => {
  await app.services.alarms.watch();
  await app.services.outbox.flush();
};

describe('one alarm', () => {
  let portal: Portal;
  const raise = (subject: string | null, details = {}) =>
    portal.app.services.alarms.raise('revocation_refused', subject, details);
  const flushed = async () => (await portal.app.services.outbox.flush(), alarmEmails());
  beforeEach(async () => {
    portal = await env.fresh(options());
  });

  it('is one line of valid JSON even when the log is silent, and an email at once', async () => {
    await raise('00uGrace', { why: 'a"b\r\n{"alarm":"forged"}\u001b[2J', status: 500 });
    expect(lines).toHaveLength(1);
    expect(alarmsIn()).toEqual([
      expect.objectContaining({
        alarm: 'revocation_refused',
        subject: '00uGrace',
        level: 50,
        details: { why: 'a"b\r\n{"alarm":"forged"}\u001b[2J', status: 500 },
      }),
    ]);
    const [email] = await flushed();
    expect(email!.subject).toBe('Example: Okta keeps refusing to end somebody’s sessions');
    expect(email!.body).toContain('00uGrace');
    expect(email!.body).not.toMatch(/\r|^\{/m);
    expect(email!.body).not.toContain('\u001b');
  });

  it('is at most one line an hour for each subject, and then one email an hour that names every subject', async () => {
    await raise('00uGrace');
    for (let count = 0; count < 3; count += 1)
      for (const subject of ['00uGrace', '00uAda', '00uDorothy']) await raise(subject);
    await portal.app.services.alarms.raise('break_glass', '00uRadia');
    await watch(portal);
    expect(alarmsIn().map(({ subject }) => subject)).toEqual(['00uGrace', '00uAda', '00uDorothy', '00uRadia']);
    // The first alarm of another name is emailed at once.
    expect((await flushed()).map(({ subject }) => subject)).toEqual([
      'Example: Okta keeps refusing to end somebody’s sessions',
      'Example: somebody was unfrozen on the server',
    ]);
    env.advance(3599);
    await watch(portal);
    expect(await flushed()).toHaveLength(2);
    env.advance(1);
    await watch(portal);
    const digest = (await flushed()).at(-1)!;
    expect(digest.subject).toBe('Example: 3 alarms');
    for (const [subject, times] of [
      ['00uGrace', 3],
      ['00uAda', 3],
      ['00uDorothy', 3],
    ])
      expect(digest.body).toMatch(new RegExp(`^- ${subject}, ${times} times`, 'm'));
    env.advance(7200);
    await watch(portal);
    expect(await flushed()).toHaveLength(3);
    await raise('00uAda');
    expect([alarmsIn().length, (await flushed()).length]).toEqual([5, 4]);
  });

  it('limits 500 subjects separately, and counts the rest together', async () => {
    // The portal emails the first alarm at once, so the 501st subject takes its place.
    for (let count = 0; count < 520; count += 1) await raise(`00u${count}`);
    expect([alarmsIn().length, alarmsIn().at(-1)!.subject]).toEqual([502, '(others)']);
    env.advance(3600);
    await watch(portal);
    const digest = (await flushed()).at(-1)!.body;
    expect([
      digest.match(/^- /gm)!.length,
      digest.includes('(others), 19 times'),
      digest.includes('- 00u500,'),
    ]).toEqual([501, true, true]);
    // Emailed subjects are replaced by new ones, oldest first.
    for (const subject of ['00uRadia', '00uDorothy']) await raise(subject);
    expect(
      alarmsIn()
        .slice(502)
        .map(({ subject }) => subject),
    ).toEqual(['00uRadia', '00uDorothy']);
    const all = await portal.store.selectFrom('alarms').select('subject').orderBy('subject').execute();
    const kept = all.map(({ subject }) => subject);
    expect([
      kept.length,
      kept.filter((subject) => ['00u0', '00u1', '00u10', '00u100', '(others)'].includes(subject)),
    ]).toEqual([501, ['(others)', '00u100']]);
    env.advance(3600);
    await watch(portal);
    env.advance(DAY + 1);
    await pruneEnded(portal.store, env.clock);
    await raise('00uGrace');
    expect(alarmsIn().at(-1)!.subject).toBe('00uGrace');
    expect(await portal.store.selectFrom('alarms').select('subject').execute()).toEqual([{ subject: '00uGrace' }]);
  });

  it('is written when the store cannot be written, at the same rate', async () => {
    await refuseWrites(portal.store, { table: 'alarms', on: 'INSERT' });
    for (let count = 0; count < 70; count += 1) await raise(`00u${count}`);
    expect(alarmsIn()).toHaveLength(60);
  });

  it('is sent once when several processes raise it at once', async () => {
    await Promise.all(Array.from({ length: 20 }, () => raise('00uGrace')));
    expect([alarmsIn().length, (await flushed()).length]).toEqual([1, 1]);
  });
});

describe('in the audit log', () => {
  let folder: string;
  let portal: Portal;
  beforeEach(async () => {
    folder = temporaryFolder();
    portal = await env.fresh(
      options(
        { folder },
        settings({ resets: { each: 2, all: 100 }, refusals: { each: 3, all: 100 }, sends: { each: 3, all: 100 } }),
      ),
    );
  });

  const from = (address: string) => ({ 'x-forwarded-for': address });
  /** Signs a person in from an IP address. */
  async function signIn(login: string, address: string): Promise<Visitor> {
    const visitor = portal.visitor();
    const back = await visitor.password(await visitor.begin(), login);
    expect(
      (await visitor.raw({ path: back.pathname + back.search, headers: { accept: 'text/html', ...from(address) } }))
        .status,
    ).toBe(302);
    return visitor;
  }
  const names = () => alarmsIn().map(({ alarm, subject }) => `${alarm} ${subject}`);

  /** The helpdesk resets Grace, and she adds an authenticator app from an IP address. */
  async function resetAndAdd(address: string, waits = 0): Promise<string> {
    const grace = await personId(portal, GRACE);
    expect((await (await signInAgent(portal, HEDY)).reset(grace)).body).toMatchObject({ status: 'done' });
    await portal.app.services.outbox.flush();
    const recoveryCode = emails.map(({ body }) => recoveryCodeIn(body)).find((code) => code !== undefined)!;
    env.advance(waits);
    const visitor = await signIn(GRACE, address);
    const begun = await visitor.call(
      'enrollFactor',
      {},
      { body: { kind: 'totp', recoveryCode }, headers: from(address) },
    );
    expect(said(begun)).toBe('201');
    const done = await visitor.call(
      'activateFactor',
      { factorId: begun.body.factor.id },
      { body: { passCode: await env.code(GRACE) }, headers: from(address) },
    );
    expect(said(done)).toBe('200');
    await watch(portal);
    return grace;
  }

  it('[L6] a method added from a new network within a day of a reset is an alarm, even if its sign-in was just before the reset', async () => {
    await signIn(GRACE, '203.0.113.7');
    env.advance(3 * DAY);
    // The thief tries the password before the call to the helpdesk.
    await signIn(GRACE, '198.51.100.9');
    const grace = await resetAndAdd('198.51.100.9', 600);
    expect(names()).toEqual([`enrollment_after_reset ${grace}`]);
    expect(alarmsIn()[0]!.details).toEqual({ network: '198.51.100.0/24', method: 'totp', minutesAfterReset: 10 });
    expect(alarmEmails()[0]!.body).toContain(`grace@example.com (${grace})`);
  });

  it('[L6] a method added from a network that the person used before the day of the reset is no alarm', async () => {
    await signIn(GRACE, '203.0.113.7');
    env.advance(3 * DAY);
    await resetAndAdd('203.0.113.200');
    expect(names()).toEqual([]);
  });

  it('[A10] bursts of resets, refusals and messages are alarms from their configured numbers, within a sliding hour', async () => {
    const hedy = await signInAgent(portal, HEDY);
    const ids = await Promise.all([GRACE, KATHERINE].map((login) => personId(portal, login)));
    await hedy.reset(ids[0]!);
    await watch(portal);
    expect(names()).toEqual([]);
    await hedy.reset(ids[1]!);
    await watch(portal);
    expect(names()).toEqual([`resets_burst ${hedy.id}`]);
    const stranger = portal.visitor();
    const refused = () => stranger.raw({ method: 'POST', path: '/api/sign-out', headers: from('198.51.100.77') });
    for (const wait of [0, 1900, 1900]) {
      env.advance(wait);
      expect((await refused()).status).toBe(403);
    }
    await watch(portal);
    expect(names()).toHaveLength(1);
    await refused();
    await watch(portal);
    expect(names().slice(1)).toEqual(['refusals_burst 198.51.100.0/24']);
    const margaret = await portal.signedIn('margaret@example.com');
    const phone = (await margaret.call('listFactors')).body.factors.find(
      ({ kind }: { kind: string }) => kind === 'sms',
    );
    for (let count = 0; count < 3; count += 1) {
      env.advance(61);
      expect(said(await margaret.call('verifyFactor', { factorId: phone.id }, { body: {} }))).toBe('200');
    }
    await watch(portal);
    expect(names().slice(2)).toEqual([`sends_burst ${await personId(portal, 'margaret@example.com')}`]);
  });

  it('[A10] a step-up that is asked for counts as a refusal if it does not come in ten minutes, or at the fifth time', async () => {
    const grace = await portal.signedIn(GRACE);
    const userId = await personId(portal, GRACE);
    const factorId = await idOf(grace, 'totp');
    const session = (await portal.app.services.sessions.find(grace.token()!, false))!;
    const ask = async (times: number) => {
      for (let count = 0; count < times; count += 1)
        expect(said(await grace.call('deleteFactor', { factorId }))).toBe('403 step_up_required');
      await watch(portal);
    };
    // As in ordinary use: asked, stepped up, asked for the next thing.
    for (let round = 0; round < 4; round += 1) {
      await ask(2);
      await portal.app.services.stepUps.give(session, `remove:${factorId}`, 1);
      env.advance(120);
    }
    await ask(2);
    await portal.app.services.stepUps.give(session, 'sessions', 1);
    env.advance(599);
    await watch(portal);
    expect(names()).toEqual([]);
    await ask(1);
    env.advance(1);
    await watch(portal);
    expect([names(), alarmsIn()[0]!.details]).toEqual([[`refusals_burst ${userId}`], { withinAnHour: 3 }]);
  });

  it('[A10] five step-ups that are asked for at once are five refusals', async () => {
    const grace = await portal.signedIn(GRACE);
    const factorId = await idOf(grace, 'totp');
    for (const times of [4, 1]) {
      expect(names()).toEqual([]);
      for (let count = 0; count < times; count += 1) await grace.call('deleteFactor', { factorId });
      await watch(portal);
    }
    expect(alarmsIn().map(({ details }) => details)).toEqual([{ withinAnHour: 5 }]);
  });

  it('[A10] a row that counts refusals counts as that many, and text from a client cannot imitate one', async () => {
    const stranger = portal.visitor();
    const { address, forged } = {
      address: from('198.51.100.77'),
      forged: '90000 more in the minute from 2026-11-25T21:43Z',
    };
    const asked = new URL((await stranger.step('/auth/sign-in')).headers.location!).searchParams;
    const callback = `/auth/callback?${new URLSearchParams({ state: asked.get('state')!, error: forged })}`;
    expect(
      (await stranger.raw({ path: callback, headers: { accept: 'text/html', ...from('192.0.2.7') } })).status,
    ).toBe(403);
    await watch(portal);
    expect(names()).toEqual([]);
    for (let count = 0; count < 120; count += 1)
      await stranger.raw({ method: 'POST', path: '/api/sign-out', headers: address });
    env.advance(60);
    await portal.app.services.refusals.flush();
    await watch(portal);
    expect(alarmsIn().map(({ subject, details }) => [subject, details])).toEqual([
      ['198.51.100.0/24', { withinAnHour: 3 }],
      [null, { withinAnHour: 121 }],
    ]);
  });

  it('[A10] sixty refusals of one person in a minute are one count, single rows and those that count together', async () => {
    portal = await env.fresh(options({}, settings({ refusals: { each: 50, all: 500 } })));
    const grace = await portal.signedIn(GRACE);
    for (let count = 0; count < 60; count += 1) expect(said(await grace.call('listApprovals'))).toBe('403 forbidden');
    env.advance(60);
    await portal.app.services.refusals.flush();
    await watch(portal);
    expect(alarmsIn().map(({ subject, details }) => [subject, details])).toEqual([
      [await personId(portal, GRACE), { withinAnHour: 60 }],
    ]);
  });

  it('[F12] a push that the caller denies is an alarm about them, which names the agent', async () => {
    const hedy = await portal.signedIn(HEDY);
    const userId = await personId(portal, GRACE);
    const factorId = await withPush(env, GRACE);
    const { body } = await hedy.call(
      'startCallerVerification',
      { userId },
      { body: { type: 'push', factorId, choice: allLost } },
    );
    await answerPush(env, GRACE, 'deny');
    env.advance(4);
    expect((await hedy.call('pollCallerVerification', { userId, id: body.id })).body.status).toBe('denied');
    await watch(portal);
    expect(names()).toEqual([`caller_verification_denied ${userId}`]);
    expect(alarmsIn()[0]!.details).toEqual({ reason: 'push: rejected', asker: await personId(portal, HEDY) });
  });

  it('[F12] a caller verification that the person denies on their own page is one too', async () => {
    const hedy = await portal.signedIn(HEDY);
    const grace = await portal.signedIn(GRACE);
    const userId = await personId(portal, GRACE);
    const { body } = await hedy.call(
      'startCallerVerification',
      { userId },
      { body: { type: 'own-session', choice: allLost } },
    );
    expect(said(await grace.call('answerCallerVerification', { id: body.id }, { body: { answer: 'no' } }))).toBe('200');
    await watch(portal);
    expect(names()).toEqual([`caller_verification_denied ${userId}`]);
  });

  it('a restart or a second process does not repeat it, and sends what a killed process did not', async () => {
    const other = await env.another(options({ app: { store: portal.store } }));
    for (const text of ['one', 'two'])
      await portal.app.services.auditLog.event(
        { userId: 'a', address: '', agent: '', requestId: text },
        { event: 'helpdesk.caller_verification.verify', subject: '00uGrace' },
        { outcome: 'failure', reason: 'push: rejected' },
      );
    await Promise.all([watch(portal), watch(other), watch(portal), watch(other)]);
    await watch(portal);
    expect([names(), alarmEmails().length]).toEqual([['caller_verification_denied 00uGrace'], 1]);
    await portal.app.services.auditLog.event(
      { userId: 'a', address: '', agent: '', requestId: 'three' },
      { event: 'helpdesk.caller_verification.verify', subject: '00uAda' },
      { outcome: 'failure', reason: 'push: rejected' },
    );
    await other.close().catch(() => undefined);
    const next = await env.another(options({ folder }));
    await watch(next);
    expect([names().at(-1), alarmEmails().length]).toEqual(['caller_verification_denied 00uAda', 1]);
    env.advance(3601);
    await watch(next);
    await watch(portal);
    expect(alarmEmails()).toHaveLength(2);
    expect(alarmEmails().at(-1)!.body).toContain('00uAda');
  });
});
