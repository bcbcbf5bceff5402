import type { PurposeText } from '#contract/purposes.ts';
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { EndpointName } from '#contract/endpoints.ts';
import { allLost, codeSent, withPush } from '#testing/security-methods.ts';
import { readContents } from '#testing/store-contents.ts';
import { testDatabase } from '#testing/store.ts';
import { ADA, ANNIE, GRACE, HEDY, testEnv } from '#testing/test-env.ts';
import { exchange, said, type Visitor } from '#testing/visitor.ts';
import { approve, signInAgent, recoveryCodeIn } from '../../features/helpdesk/testing/agent-fixture.ts';
import { personId } from '../../features/helpdesk/testing/helpdesk-fixture.ts';
import { createSmtpMailer } from '../../records/notifications/smtp.ts';
import type { Store } from './open.ts';
import { createSealer, getKeyId } from './secrets.ts';
import { sealedColumns } from './sealed.ts';
import { temporaryFolder } from '#testing/programs/temporary-folder.ts';

const SECRET = 'a secret of thirty-two bytes or more';
const env = await testEnv();
const folder = temporaryFolder();

/** On PostgreSQL, also the rows of every table. */
async function read(store: Store): Promise<{ name: string; bytes: Buffer }[]> {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => statSync(join(folder, name)).isFile())
    .map((name) => ({ name, bytes: readFileSync(join(folder, name)) }));
  const tables = testDatabase === 'sqlite' ? [] : Object.entries(await readContents(store));
  return [...files, ...tables.map(([name, rows]) => ({ name, bytes: Buffer.from(JSON.stringify(rows)) }))];
}

it('[F13] no secret that was shown, emailed or typed in a complete run is ever readable in the data folder', async () => {
  let down = true;
  const smtp = createSmtpMailer(env.emulator.smtpUrl, 'Latchkey <latchkey@example.com>');
  const portal = await env.fresh({
    folder,
    app: {
      async mailer(email) {
        if (down) throw new Error('nobody takes mail');
        await smtp.mailer(email);
      },
    },
  });
  const secrets = new Map<string, string>();
  const keep = (name: string, value: string | undefined) => {
    expect(value, name).toMatch(/^.{6,}$/s);
    secrets.set(name, value!);
  };
  const snapshots: Awaited<ReturnType<typeof read>>[] = [];
  const columns = new Set<string>();
  const snap = async () => {
    snapshots.push(await read(portal.store));
    for (const { name: table, columns: named } of await portal.store.introspection.getTables()) {
      const rows = (await portal.store
        .selectFrom(table as 'audit_log')
        .selectAll()
        .execute()) as Record<string, unknown>[];
      for (const { name } of named)
        if (rows.some((row) => String(row[name]).startsWith(`${getKeyId(SECRET)}.`))) columns.add(`${table}.${name}`);
    }
  };
  const keepCookies = (whose: string, { jar }: Visitor) => {
    for (const [name, { value }] of jar)
      if (name.startsWith('latchkey')) keep(`cookie ${name} of ${whose} ${secrets.size}`, value);
  };
  const ok = async (who: Visitor, name: EndpointName, params: Record<string, string>, body?: object) => {
    const reply = await who.call(name, params, { body });
    expect(reply.status, `${name}: ${reply.text}`).toBeLessThan(300);
    return reply.body;
  };
  const { services } = portal.app;
  const stepUp = (who: Visitor, purpose: PurposeText) => portal.stepUp(who, purpose, 4);

  const begun = portal.visitor();
  await begun.begin();
  keepCookies('an attempt', begun);
  const her = await portal.signedIn(GRACE);
  keepCookies('Grace', her);
  const hedy = await signInAgent(portal, HEDY);
  keepCookies('Hedy', hedy.visitor);
  const grace = await personId(portal, GRACE);
  const sealer = createSealer([SECRET]);
  const session = await portal.store
    .selectFrom('sessions')
    .select('id_token')
    .where('user_id', '=', grace)
    .executeTakeFirstOrThrow();
  keep('ID token', sealer.open(session.id_token, `id token ${grace}`) ?? undefined);
  const question = await ok(
    hedy.visitor,
    'startCallerVerification',
    { userId: grace },
    { type: 'own-session', choice: allLost },
  );
  await portal.stepUp(her, 'caller-verification', 3);
  const { code: spoken } = await ok(her, 'answerCallerVerification', { id: question.id }, { answer: 'yes' });
  keep('spoken code', spoken);
  await snap();
  await ok(hedy.visitor, 'checkCallerCode', { userId: grace, id: question.id }, { code: spoken });

  await hedy.stepUp(`helpdesk:${grace}`);
  // Grace answered with a method that the reset removes, so an approver must agree.
  const asked = await hedy.requestReset(grace, { callerVerificationId: question.id });
  const annie = await signInAgent(portal, ANNIE);
  expect(said(await approve(annie, asked.body.approval.id))).toBe('200');
  await services.outbox.flush();
  await snap();
  expect(await portal.store.selectFrom('outbox').select('id').where('sent_at', 'is', null).execute()).toHaveLength(2);
  down = false;
  env.advance(60);
  await services.outbox.flush();
  await snap();
  const email = (await env.emails(GRACE)).find(({ text }) => recoveryCodeIn(text) !== undefined)!.text;
  const recovery = recoveryCodeIn(email)!;
  keep('recovery code', recovery);
  keep('recovery code as mailed', recovery.replace(/(.{4})(?=.)/g, '$1-'));
  keep('freeze link', /freeze\/([\w-]{43})/.exec(email)?.[1]);
  expect(await portal.store.selectFrom('outbox').select('body').execute()).toEqual([{ body: '' }, { body: '' }]);

  const back = await portal.signedIn(GRACE);
  const app = await ok(back, 'enrollFactor', {}, { kind: 'totp', recoveryCode: recovery });
  keep('TOTP secret', app.activation.sharedSecret);
  const passCode = await env.code(GRACE);
  keep('code of the app', passCode);
  await ok(back, 'activateFactor', { factorId: app.factor.id }, { passCode });
  await stepUp(back, 'enroll:question');
  keep('security answer', 'turnips galore');
  await ok(back, 'enrollFactor', {}, { kind: 'question', question: 'first_award', answer: 'turnips galore' });
  await stepUp(back, 'enroll:sms');
  const sms = await ok(back, 'enrollFactor', {}, { kind: 'sms', phoneNumber: '+15550100123' });
  keep('code of a text message', await codeSent(env, GRACE));
  await ok(back, 'activateFactor', { factorId: sms.factor.id }, { passCode: secrets.get('code of a text message') });
  await stepUp(back, 'enroll:okta-verify');
  const push = await ok(back, 'enrollFactor', {}, { kind: 'okta-verify', method: 'push' });
  await env.takeRequests();
  await back.raw({ path: `/api/factors/${push.factor.id}/activation/qr` });
  keep(
    'address of a QR code',
    (await env.takeRequests())
      .find(({ path }) => path.includes('/qr/'))
      ?.path.split('/')
      .at(-1),
  );
  keepCookies('Grace', back);
  await snap();

  const ada = await personId(portal, ADA);
  await withPush(env, ADA);
  await env.fault({
    match: `GET /api/v1/users/${ada}`,
    times: 1000,
    status: 200,
    body: { id: ada, status: 'ACTIVE', profile: { login: ADA, firstName: 'Ada', lastName: 'Lovelace' }, _links: {} },
  });
  const { id } = (await hedy.reset(ada)).body.approval;
  expect((await approve(annie, id)).body).toMatchObject({ recoveryCodeWaits: true });
  await snap();
  await annie.stepUp(`recovery-code:${id}`);
  keep('recovery code handed over', (await ok(annie.visitor, 'revealRecoveryCode', { id })).code);
  keepCookies('Annie', annie.visitor);

  // The freeze also ends her session.
  const form = {
    'content-type': 'application/x-www-form-urlencoded',
    'sec-fetch-site': 'same-origin',
    origin: 'null',
    accept: 'text/html',
  };
  expect(
    (await exchange(portal.base, { method: 'POST', path: `/freeze/${secrets.get('freeze link')}`, headers: form }))
      .status,
  ).toBe(303);
  expect(await services.helpdeskServices.frozenAt(grace)).not.toBeNull();
  expect(said(await back.call('listFactors'))).toBe('401 signed_out');
  await services.outbox.flush();
  await snap();

  // Proves that the search finds values, even in the `-wal` file.
  const found = (value: string) => [
    ...new Set(
      snapshots.flatMap((files) => files.filter(({ bytes }) => bytes.includes(value)).map(({ name }) => name)),
    ),
  ];
  expect(found(GRACE)).toContain(testDatabase === 'sqlite' ? 'portal.sqlite-wal' : 'sessions');
  expect(snapshots.length).toBe(6);
  for (const [name, value] of secrets) expect([name, found(value)]).toEqual([name, []]);

  // From `sealedColumns`, `doctor` decides which old session secrets can be removed.
  expect([...columns].sort()).toEqual(sealedColumns.map(({ table, column }) => `${table}.${column}`).sort());
  smtp.close();
});
