import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import pino from 'pino';
import { createClock } from '#clock';
import { refuseWrites } from '#testing/store-contents.ts';
import { ADA, GRACE, testEnv, type Portal, type PortalOptions } from '#testing/test-env.ts';
import { said, type Visitor } from '#testing/visitor.ts';
import { createSealer } from '../../platform/store/secrets.ts';
import { createSmtpMailer } from './smtp.ts';
import { getPersonEmails } from './templates/templates.ts';
import type { Email, Mailer } from './outbox.ts';
import { pruneEnded } from '../../platform/lifecycle/prune.ts';

const env = await testEnv();
let portal: Portal;

/** While true, `mailer` fails. */
let down = false;
let sent: Email[] = [];
let smtp: ReturnType<typeof createSmtpMailer>;
const mailer: Mailer = async (email) => {
  if (down) throw new Error('nobody takes mail');
  await smtp.mailer(email);
  sent.push(email);
};
beforeAll(() => {
  smtp = createSmtpMailer(env.emulator.smtpUrl, 'Latchkey <latchkey@example.com>');
});
afterAll(() => smtp.close());

const open = async (options: PortalOptions = {}) => {
  portal = await env.fresh({ ...options, app: { mailer, ...options.app } });
  return portal;
};
beforeEach(async () => {
  down = false;
  sent = [];
  await open();
});

async function add(ada: Visitor) {
  const { id } = (await ada.call('enrollFactor', {}, { body: { kind: 'totp' } })).body.factor as { id: string };
  expect(said(await ada.call('activateFactor', { factorId: id }, { body: { passCode: await env.code(ADA) } }))).toBe(
    '200',
  );
  return id;
}
const flush = () => portal.app.services.outbox.flush();
const waiting = async () =>
  (await portal.store.selectFrom('outbox').select('id').where('sent_at', 'is', null).execute()).length;

test('an email says beside the helpdesk’s number when they answer', async () => {
  const { settings } = portal.app.services;
  await open({ settings: { shown: { ...settings, supportHours: 'Monday to Friday, 8:00 to 18:00' } } });
  await add(await portal.signedIn(ADA));
  await flush();
  for (const { text } of await env.emails(ADA))
    expect(text).toContain('tell your helpdesk at once: +1 555 0100 (Monday to Friday, 8:00 to 18:00).');
  expect(sent).toHaveLength(2);
});

test('[L5] notifies every address of a new method, as text, without a link that changes anything', async () => {
  await add(await portal.signedIn(ADA));
  await flush();
  const emails = await env.emails(ADA);
  expect(emails.map(({ to }) => to).sort()).toEqual(['ada@example.com', 'ada@home.example']);
  for (const { text, code } of emails) {
    expect(text).toMatch(/^Example: Authenticator app was added to your account\n/);
    expect(text).toMatch(/Hello Ada Lovelace,/);
    expect(text).toMatch(/on \d{1,2} \w+ \d{4} at \d\d:\d\d UTC/);
    expect(text).toMatch(/If this was not you, tell your helpdesk at once: \+1 555 0100/);
    expect(text).not.toMatch(/www\.|<|href/i);
    // The demo's people have not changed for a week, so their addresses may get the freeze link.
    expect(text.match(/https?:\S+/g)).toEqual([
      `${portal.base}/`,
      expect.stringMatching(new RegExp(`^${portal.base}/freeze/[\\w-]{43}$`)),
    ]);
    expect(code).toBeNull();
  }
});

test('starting an enrollment, testing, and discarding an unfinished method notify nobody', async () => {
  const grace = await portal.signedIn(GRACE);
  const google = (await env.phone(GRACE)).find(({ provider }) => provider === 'GOOGLE')!.factorId;
  await grace.call('verifyFactor', { factorId: google }, { body: { passCode: await env.code(GRACE) } });
  const ada = await portal.signedIn(ADA);
  const { id } = (await ada.call('enrollFactor', {}, { body: { kind: 'totp' } })).body.factor;
  await ada.call('deleteFactor', { factorId: id });
  await flush();
  expect([sent, await waiting()]).toEqual([[], 0]);
});

test('[L5] retries more and more slowly while the mail server is down, then sends one email per address', async () => {
  down = true;
  await add(await portal.signedIn(ADA));
  await flush();
  expect(await waiting()).toBe(2);
  for (let hour = 0; hour < 3600; hour += 300) {
    env.advance(300);
    await flush();
  }
  const tries = await portal.store.selectFrom('outbox').select('tries').execute();
  for (const { tries: count } of tries) expect(count).toBeLessThan(13);
  down = false;
  env.advance(15 * 60);
  await Promise.all([flush(), flush(), flush()]);
  env.advance(3600);
  await flush();
  expect([sent.map(({ to }) => to).sort(), await waiting()]).toEqual([['ada@example.com', 'ada@home.example'], 0]);
  expect(await env.emails(ADA)).toHaveLength(2);
});

test('an email sent twice because the process was killed before recording it is shown once', async () => {
  down = true;
  await add(await portal.signedIn(ADA));
  await flush();
  const before = await portal.store.selectFrom('outbox').select(['id', 'body']).execute();
  down = false;
  env.advance(16);
  await flush();
  for (const { id, body } of before)
    await portal.store.updateTable('outbox').set({ sent_at: null, body }).where('id', '=', id).execute();
  // The portal waits until the claim ends, because another process may still be sending these emails.
  env.advance(16);
  await flush();
  expect([sent.length, (await env.emails(ADA)).length]).toEqual([4, 2]);
});

test('is sent even if the clock was set back by an hour meanwhile', async () => {
  down = true;
  await add(await portal.signedIn(ADA));
  await flush();
  down = false;
  const behind = createClock(() => env.clock.now() - 3_600_000);
  const next = await env.another({ app: { mailer, store: portal.store, clock: behind } });
  await next.app.services.outbox.flush();
  expect([sent.length, await waiting()]).toEqual([2, 0]);
});

test('two portals on one store send one email to a slow mail server, four at a time', async () => {
  const seen: string[] = [];
  const { outbox } = portal.app.services;
  const four = Promise.withResolvers<void>();
  const slow: Mailer = async ({ id }) => {
    const place = seen.push(id);
    if (place === 4) {
      // The first four emails take longer than a claim. Meanwhile another portal sends what is due.
      env.advance(20);
      four.resolve();
    }
    if (place <= 4) return four.promise;
    await expect.poll(waiting).toBeLessThanOrEqual(4);
    await outbox.flush();
  };
  const here = await env.another({ app: { mailer: slow, store: portal.store } });
  const addresses = Array.from({ length: 8 }, (_, n) => `a${n}@example.com`);
  await portal.store.transaction().execute((tx) => outbox.add({ addresses, subject: 's', body: 'b' }, tx));
  await here.app.services.outbox.flush();
  const all = [...seen, ...sent.map(({ id }) => id)];
  expect([all.length, new Set(all).size]).toEqual([8, 8]);
  expect(await waiting()).toBe(0);
});

test('[L5] what no server took for seven days is dropped, with a line and a row "not told" for each address', async () => {
  const lines: string[] = [];
  const write = (line: string) => void lines.push((JSON.parse(line) as { msg: string }).msg);
  await open({ logger: pino({ level: 'error' }, { write }) as never });
  down = true;
  await add(await portal.signedIn(ADA));
  const ofNobody = { addresses: ['alarms@example.com'], subject: 's', body: 'b' };
  await portal.store.transaction().execute((tx) => portal.app.services.outbox.add(ofNobody, tx));
  for (let hours = 0; hours < 7 * 24; hours += 4) {
    await flush();
    expect(await waiting()).toBe(3);
    env.advance(4 * 3600);
  }
  expect(lines).toEqual([]);
  await flush();
  expect([await waiting(), lines]).toEqual([0, Array.from({ length: 3 }, () => 'an email was dropped')]);
  const notTold = await portal.auditRows({ event: 'helpdesk.notification' }, 'subject', 'outcome', 'reason');
  expect(notTold).toEqual(
    Array.from({ length: 2 }, () => ({
      ...{ subject: expect.stringMatching(/^00u/), outcome: 'failure' },
      reason: expect.stringMatching(/^not told: user\.mfa\.factor\.activate to a\S*@/),
    })),
  );
});

test('waits while its secret is not listed, says why, and is sent when the secret is back', async () => {
  down = true;
  await add(await portal.signedIn(ADA));
  await flush();
  down = false;
  const failures: string[] = [];
  const hear = (line: string) => void failures.push(line);
  const other = await env.another({
    app: {
      mailer,
      store: portal.store,
      sealer: createSealer(['quite another secret of thirty-two']),
    },
    logger: pino({ level: 'warn' }, { write: hear }),
  });
  env.advance(60);
  await other.app.services.outbox.flush();
  expect([sent.length, await waiting()]).toEqual([0, 2]);
  expect(failures.join('')).toContain('sealed under a SESSION_SECRET that is not listed any more');
  env.advance(600);
  await flush();
  expect([sent.length, await waiting()]).toEqual([2, 0]);
});

test('is deleted a week after it was sent', async () => {
  await add(await portal.signedIn(ADA));
  await flush();
  env.advance(7 * 24 * 3600 + 1);
  await pruneEnded(portal.store, env.clock);
  expect(await portal.store.selectFrom('outbox').selectAll().execute()).toEqual([]);
});

test('waits without a mail server', async () => {
  await open({ app: { mailer: null } });
  await add(await portal.signedIn(ADA));
  await flush();
  expect(await waiting()).toBe(2);
});

test('[W7] names and methods cannot inject headers or lines into an email', async () => {
  await portal.app.services.outbox.flush();
  const notification = getPersonEmails('en').change('added', {
    name: 'Ada\r\nBcc: x@evil.example\u202e',
    method: { kind: 'totp', name: 'App\nSubject: y', detail: null },
    at: 0,
    device: { browser: 'a\r\n\r\n<b>', system: null },
    orgName: 'Example',
    support: null,
    portalUrl: 'https://portal.example/',
    freezeUrl: null,
  });
  expect(notification.subject).not.toMatch(/[\r\n]/);
  expect(notification.body).not.toMatch(/^(?:Bcc|Subject)/m);
  expect(notification.body).not.toMatch(/\r|\u202e/);
});

test('[U8] a store that refuses audit rows stops every change before Okta is called, and the step-up stays valid', async () => {
  const grace = await portal.signedIn(GRACE);
  const [{ id }] = (await grace.call('listFactors')).body.factors;
  await portal.stepUp(grace, `remove:${id}`, 3);
  const accept = await refuseWrites(portal.store, { table: 'audit_log', on: 'INSERT' });
  await env.takeRequests();
  const refused = await grace.call('deleteFactor', { factorId: id });
  expect([said(refused), refused.text.includes('disk')]).toEqual(['500 internal', false]);
  expect(said(await (await portalAda()).call('enrollFactor', {}, { body: { kind: 'totp' } }))).toMatch(
    /500 internal|401/,
  );
  expect((await env.takeRequests()).filter(({ method }) => method !== 'GET')).toEqual([]);
  await accept();
  expect(said(await grace.call('deleteFactor', { factorId: id }))).toBe('204');
});

/** The sign-in fails, because the store rejects writes. */
async function portalAda(): Promise<Visitor> {
  const visitor = portal.visitor();
  const landed = await visitor.signIn(ADA);
  expect([landed.status, visitor.token()]).toEqual([500, undefined]);
  return visitor;
}
