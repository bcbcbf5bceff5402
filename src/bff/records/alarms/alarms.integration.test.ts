import pino from 'pino';
import { beforeEach, describe, expect, it } from 'vitest';
import { answerPush, withPush } from '#testing/security-methods.ts';
import { ANNIE, GRACE, HEDY, testEnv, type Portal } from '#testing/test-env.ts';
import { said } from '#testing/visitor.ts';
import {
  approve,
  recoveryCodeIn,
  signInAgent,
  startVerification,
} from '../../features/helpdesk/testing/agent-fixture.ts';
import { helpdeskOfDemo, personId } from '../../features/helpdesk/testing/helpdesk-fixture.ts';
import { noObserver } from '../../platform/metrics/observer.ts';
import { changeStore } from '../../platform/store/change-store.ts';
import type { AlarmName } from '../notifications/templates/alarm-names.ts';
import type { Email } from '../notifications/outbox.ts';

const HOUR = 3600;
const DAY = 24 * HOUR;
const env = await testEnv();

type Line = { alarm?: string; subject: string | null; level: number; msg: string; details: Record<string, unknown> };
let portal: Portal;
let lines: Line[] = [];
let emails: Email[] = [];
let counted: string[] = [];
beforeEach(async () => {
  lines = [];
  emails = [];
  counted = [];
  const logger = pino({ level: 'warn' }, { write: (line: string) => void lines.push(JSON.parse(line) as Line) });
  portal = await env.fresh({
    app: {
      helpdesk: helpdeskOfDemo(env),
      mailer: async (email) => void emails.push(email),
    },
    settings: {
      alarmEmail: ['soc@example.com'],
    },
    logger,
    observer: {
      ...noObserver,
      alarm: (name) => void counted.push(name),
      addedAfterReset: () => void counted.push('added_after_reset'),
    },
  });
});
const alarms = () => lines.flatMap(({ alarm, subject }) => (alarm === undefined ? [] : [`${alarm} ${subject}`]));
async function alarmEmails(): Promise<Email[]> {
  await portal.app.services.outbox.flush();
  return emails.filter(({ to }) => to === 'soc@example.com');
}
const raise = (subject: string | null, name: AlarmName = 'revocation_refused', details = {}) =>
  changeStore(portal.store, (tx) => portal.app.services.alarms.raise(tx, { name, subject, details }));

describe('an alarm', () => {
  it('is a line of the log, a count, and an email that injects nothing', async () => {
    const details = { why: 'a"b\r\n{"alarm":"forged"}\u001b[2J', status: 500 };
    await raise('00uGrace', 'revocation_refused', details);
    expect(lines).toMatchObject([{ alarm: 'revocation_refused', subject: '00uGrace', level: 50, details }]);
    expect(counted).toEqual(['revocation_refused']);
    const [email] = await alarmEmails();
    expect(email!.subject).toBe('Example: Okta keeps refusing to end somebody’s sessions');
    expect(email!.body).toContain('00uGrace');
    expect(email!.body).not.toMatch(/\r|^\{/m);
    expect(email!.body).not.toContain('\u001b');
  });

  it('is one email an hour for a name and subject, and the next says how many came without one', async () => {
    for (let count = 0; count < 4; count += 1) await raise('00uGrace');
    await raise('00uAda');
    await raise('00uGrace', 'call_reported');
    expect([alarms().length, (await alarmEmails()).length]).toEqual([6, 3]);
    expect(emails.map(({ body }) => body.includes('3 alarms came without an email'))).toEqual([false, true, false]);
    env.advance(HOUR);
    await raise('00uGrace');
    expect((await alarmEmails()).at(-1)!.body).not.toContain('without an email');
  });

  it('about anybody takes no email from one about somebody privileged, nor that from one of operators', async () => {
    for (let count = 0; count < 25; count += 1) await raise(`00u${count}`);
    expect(await alarmEmails()).toHaveLength(20);
    for (let count = 0; count < 25; count += 1) {
      await portal.app.services.alarms.recordPrivileged(`00uAdmin${count}`);
      await raise(`00uAdmin${count}`);
    }
    expect(await alarmEmails()).toHaveLength(40);
    await raise('00u1', 'break_glass');
    expect((await alarmEmails()).at(-1)!.subject).toBe('Example: somebody was unfrozen on the server');
    env.advance(HOUR);
    await raise('00uNext');
    expect((await alarmEmails()).at(-1)!.body).toContain('5 alarms came without an email');
  });

  it('is not emailed when what it is about is rolled back', async () => {
    const { auditLog } = portal.app.services;
    const details = { event: 'helpdesk.call.report', subject: '00uGrace' } as const;
    const actor = { userId: 'a', address: '', agent: '', requestId: 'r' };
    await auditLog.event(actor, details, { outcome: 'success' }, async () => false);
    expect([alarms(), await alarmEmails()]).toEqual([[], []]);
  });
});

describe('[F12] a caller verification', () => {
  it('by push that the person denies is an alarm about them, which names the agent', async () => {
    const hedy = await portal.signedIn(HEDY);
    const userId = await personId(portal, GRACE);
    const factorId = await withPush(env, GRACE);
    const { body } = await startVerification(hedy, userId, { type: 'push', factorId });
    await answerPush(env, GRACE, 'deny');
    env.advance(4);
    expect((await hedy.call('pollCallerVerification', { userId, id: body.id })).body.status).toBe('denied');
    expect(alarms()).toEqual([`caller_verification_denied ${userId}`]);
    expect(lines[0]!.details).toEqual({ reason: 'push: rejected', asker: await personId(portal, HEDY) });
  });

  it('on the own page that the person denies is one too', async () => {
    const hedy = await portal.signedIn(HEDY);
    const grace = await portal.signedIn(GRACE);
    const userId = await personId(portal, GRACE);
    const { body } = await startVerification(hedy, userId, { type: 'own-session' });
    expect(said(await grace.call('answerCallerVerification', { id: body.id }, { body: { answer: 'no' } }))).toBe('200');
    expect(alarms()).toEqual([`caller_verification_denied ${userId}`]);
    expect((await alarmEmails())[0]!.body).toContain(`grace@example.com (${userId})`);
  });
});

describe('[L6] a reset', () => {
  async function add(): Promise<void> {
    await portal.app.services.outbox.flush();
    const recoveryCode = emails.map(({ body }) => recoveryCodeIn(body)).find((code) => code !== undefined)!;
    const grace = await portal.signedIn(GRACE);
    const begun = await grace.call('enrollFactor', {}, { body: { kind: 'totp', recoveryCode } });
    expect(said(begun)).toBe('201');
    const params = { factorId: begun.body.factor.id };
    expect(said(await grace.call('activateFactor', params, { body: { passCode: await env.code(GRACE) } }))).toBe('200');
  }

  it('of somebody privileged, and a method that they add within a day, are alarms', async () => {
    const [hedy, annie] = [await signInAgent(portal, HEDY), await signInAgent(portal, ANNIE)];
    const userId = await personId(portal, GRACE);
    await env.fault({ match: 'GET /api/v1/users/*/roles', times: 1000, status: 403, body: { errorCode: 'E0000006' } });
    await hedy.stepUp(`helpdesk:${userId}`);
    const asked = await hedy.requestReset(userId, { callerVerificationId: await hedy.verified(userId) });
    expect(asked.body.status, asked.text).toBe('waiting');
    expect(alarms()).toEqual([]);
    expect(said(await approve(annie, asked.body.approval.id as string))).toBe('200');
    expect(alarms()).toEqual([`privileged_reset ${userId}`]);
    // For alarms, the person stays privileged, even if Okta says otherwise after the reset.
    await env.clearFaults();
    env.advance(600);
    await add();
    expect(alarms()).toEqual([`privileged_reset ${userId}`, `enrollment_after_reset ${userId}`]);
    expect((await alarmEmails()).map(({ subject }) => subject)).toEqual([
      'Example: the helpdesk reset methods of somebody privileged',
      'Example: a method was added within a day of a reset of somebody privileged',
    ]);
  });

  it('of anybody else is none, and a method that they add within a day a count and a line at warn', async () => {
    const userId = await personId(portal, GRACE);
    expect((await (await signInAgent(portal, HEDY)).reset(userId)).body).toMatchObject({ status: 'done' });
    await add();
    expect([alarms(), await alarmEmails()]).toEqual([[], []]);
    expect(counted).toEqual(['added_after_reset']);
    expect(lines.filter(({ level }) => level === 40)).toMatchObject([
      { msg: 'a method was added within a day of a reset', subject: userId, details: { method: 'totp' } },
    ]);
  });

  it('of more than a day ago says nothing about a method that is added', async () => {
    const actor = { userId: 'a', address: '', agent: '', requestId: 'r' };
    const { auditLog } = portal.app.services;
    const reset = { event: 'user.mfa.factor.reset_all', subject: '00uGrace' } as const;
    await auditLog.change(actor, reset, async () => {});
    const added = { event: 'user.mfa.factor.activate', subject: '00uGrace', kind: 'totp' } as const;
    env.advance(DAY - 1);
    await auditLog.event(actor, added, { outcome: 'success' });
    env.advance(1);
    await auditLog.event(actor, added, { outcome: 'success' });
    expect(counted).toEqual(['added_after_reset']);
  });
});

describe('a freeze', () => {
  it('of somebody privileged is an alarm once the portal has read who they are; of anybody else none', async () => {
    await (await portal.signedIn(GRACE)).call('freezeMyself');
    const userId = await personId(portal, ANNIE);
    await (await portal.signedIn(ANNIE)).call('freezeMyself');
    await env.fault({ match: 'GET /api/v1/users/*/groups', times: 1, status: 500 });
    await portal.app.services.checkAlarms().catch(() => undefined);
    for (let checks = 0; checks < 3; checks += 1) {
      env.advance(60);
      await portal.app.services.checkAlarms().catch(() => undefined);
    }
    expect(alarms()).toEqual([`privileged_freeze ${userId}`]);
    expect(await alarmEmails()).toHaveLength(1);
  });
});
