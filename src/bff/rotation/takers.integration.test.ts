import { generateKeyPairSync } from 'node:crypto';
import { SMTPServer } from 'smtp-server';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { createOktaClient } from '#okta/client.ts';
import { createPassword } from '#database/password.ts';
import { auditKeys, GRACE, startTestEnv, type Portal, type TestEnv } from '#testing/test-env.ts';
import { makeAuditKey } from '../records/audit-log/kept-key.ts';
import { readAuditKeys } from '../records/audit-log/keys.ts';
import type { Config } from '../config/config.ts';
import { createSmtpMailer } from '../records/notifications/smtp.ts';
import { createProvider } from '../features/sign-in/provider.ts';
import { createSealer } from '../platform/store/secrets.ts';
import { createTakers } from './takers.ts';
import type { Takers } from './rotations.ts';

const SECOND_SECRET = 'the-second-client-secret';
const SECOND_TOKEN = 'the-second-api-token-of-all';
const newKey = (kid: string) => {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return {
    privateKey: { ...privateKey.export({ format: 'jwk' }), kid },
    publicKey: { ...publicKey.export({ format: 'jwk' }), kid } as never,
  };
};
const [first, second] = [newKey('first'), newKey('second')];

let env: TestEnv;
let portal: Portal;
let takers: Takers;
let sent: string[];
let metricsToken: string | null;
let sinkSecrets: readonly string[];
let provider: ReturnType<typeof createProvider>;
let smtp: ReturnType<typeof createSmtpMailer>;
const password = createPassword('one');
/** The password that the mail server takes. */
let mailPassword = 'one';
const mail = new SMTPServer({
  allowInsecureAuth: true,
  disabledCommands: ['STARTTLS'],
  onAuth({ password: given }, _session, done) {
    if (given === mailPassword) done(null, { user: 'portal' });
    else done(new Error('wrong'));
  },
  onData(stream, _session, done) {
    stream.resume().on('end', () => {
      sent.push(mailPassword);
      done();
    });
  },
});

beforeAll(async () => {
  env = await startTestEnv({
    moreClientSecrets: [SECOND_SECRET],
    apiTokens: [{ token: SECOND_TOKEN, role: 'SUPER_ADMIN' }],
    serviceApps: [
      {
        clientId: 'portal',
        jwks: { keys: [first.publicKey, second.publicKey] },
        scopes: ['okta.users.read'],
        role: 'SUPER_ADMIN',
      },
    ],
  });
  await new Promise<void>((resolve) => void mail.listen(0, '127.0.0.1', resolve));
});
afterAll(async () => {
  await new Promise<void>((resolve) => mail.close(resolve));
  await env.close();
});

const smtpUrl = (word: string) => `smtp://portal:${word}@127.0.0.1:${(mail.server.address() as AddressInfo).port}`;
const database = {
  ...{
    host: 'db.example.com',
    port: 5432,
    database: 'latchkey',
    user: 'latchkey',
    password: 'one',
    tls: false as const,
  },
  ...{ poolSize: 10, statementMs: 1000, lockMs: 1000, connectMs: 1000 },
};
const revoke = (credential: string) => env.simulator('POST', '/credentials', { revoke: credential });
const config = (okta: Partial<NonNullable<Config['okta']>>, more: Partial<Config> = {}) =>
  ({ okta, ...more }) as Config;

beforeEach(async () => {
  sent = [];
  metricsToken = null;
  provider = createProvider({
    issuer: env.emulator.issuer,
    clientId: env.emulator.clientId,
    clientSecret: env.emulator.clientSecret,
    redirectUri: 'http://localhost:3000/auth/callback',
  });
  portal = await env.fresh();
  smtp = createSmtpMailer(smtpUrl('one'), 'Latchkey <latchkey@example.com>');
  takers = createTakers({
    okta: portal.okta,
    provider,
    sealer: createSealer(['a secret of thirty-two bytes or more']),
    auditLog: portal.app.services.auditLog,
    smtp,
    auditSink: { replaceSecrets: (next) => void (sinkSecrets = next) },
    database: { settings: database, password },
    setMetricsToken: (token) => void (metricsToken = token),
  });
});

const users = () => portal.okta.users.searchUsers({ search: 'status eq "ACTIVE"', limit: 1 });

it('an API token is tried before it is used, and the one before stays when Okta refuses it', async () => {
  const take = (token: string) => takers.OKTA_API_TOKEN(config({ credential: { kind: 'ssws', token } }));
  await expect(take('a-token-that-nobody-made')).rejects.toMatchObject({ status: 401 });
  expect((await users()).users).toHaveLength(1);
  await take(SECOND_TOKEN);
  await revoke(env.emulator.apiToken);
  expect((await users()).users).toHaveLength(1);
});

it('a service app’s key is tried by asking for a token', async () => {
  const credential = (privateKey: object) => ({
    kind: 'private-key' as const,
    clientId: 'portal',
    privateKey: privateKey as Record<string, unknown>,
    scopes: ['okta.users.read'],
  });
  const okta = createOktaClient({
    orgUrl: env.emulator.url,
    credential: credential(first.privateKey),
    clock: env.clock,
    userAgent: 'latchkey-test/0',
  });
  const search = () => okta.users.searchUsers({ search: 'status eq "ACTIVE"', limit: 1 });
  await search();
  await expect(okta.replaceCredential(credential(newKey('first').privateKey))).rejects.toMatchObject({
    code: 'invalid_client',
  });
  await okta.replaceCredential(credential(second.privateKey));
  await revoke('first');
  // The token that the second key got ends, and only the second key gets another.
  env.advance(3600);
  expect((await search()).users).toHaveLength(1);
  await okta.close();
});

it('a client secret is tried with a code that nobody has', async () => {
  const take = (clientSecret: string) => takers.OKTA_CLIENT_SECRET(config({ clientSecret }));
  /** The error of an exchange: Okta checks the client before the code. */
  const errorOf = async () => {
    const { attempt } = await provider.begin({});
    const failure = await provider.finish('no-code', env.emulator.issuer, attempt).then(
      () => null,
      (error: { cause?: { errorCode?: string } }) => error,
    );
    return failure?.cause?.errorCode;
  };
  expect(await errorOf()).toBe('invalid_grant');
  await expect(take('a-secret-of-another-app')).rejects.toThrow(/^Okta refuses it for the app /);
  expect(await errorOf()).toBe('invalid_grant');
  await take(SECOND_SECRET);
  await revoke(env.emulator.clientSecret);
  expect(await errorOf()).toBe('invalid_grant');
  await revoke(SECOND_SECRET);
  expect(await errorOf()).toBe('invalid_client');
});

it('a signing key is taken when one of the list signed the log’s end', async () => {
  const { auditLog } = portal.app.services;
  await portal.signedIn(GRACE);
  const next = readAuditKeys(makeAuditKey());
  const take = (keys: typeof next) => takers.AUDIT_SIGNING_KEY({ auditKeys: keys } as unknown as Config);
  await expect(take(next)).rejects.toThrow(/keep the old one, NEW,OLD$/);
  await take([...next, ...auditKeys]);
  await portal.signedIn(GRACE);
  expect(Object.keys((await auditLog.head()).signatures).toSorted()).toEqual(
    [next[0]!.id, auditKeys[0]!.id].toSorted(),
  );
  await take(next);
  await portal.signedIn(GRACE);
  expect(Object.keys((await auditLog.head()).signatures)).toEqual([next[0]!.id]);
});

it('a mail server’s password is tried by logging in', async () => {
  const email = { id: 'm1', to: 'ada@example.com', subject: 's', body: 'b' };
  await smtp.mailer(email);
  const take = (word: string) => takers.SMTP_URL({ smtpUrl: smtpUrl(word) } as Config);
  await expect(take('two')).rejects.toMatchObject({ code: 'EAUTH' });
  await smtp.mailer(email);
  mailPassword = 'two';
  await take('two');
  await smtp.mailer(email);
  expect(sent).toEqual(['one', 'one', 'two']);
});

it('a database’s password, not its place; a metrics token; the secrets of the audit sink', async () => {
  await takers.METRICS_TOKEN({ metricsToken: 'another' } as Config);
  expect(metricsToken).toBe('another');
  const auditSink = {
    kind: 'webhook',
    url: 'https://siem.example.com/',
    secrets: ['new', 'old'],
    ca: undefined,
  } as const;
  await takers.AUDIT_SINK_SECRET({ auditSink } as unknown as Config);
  expect(sinkSecrets).toEqual(['new', 'old']);
  await takers.DATABASE_URL({ database: { ...database, password: 'two' } } as Config);
  expect(password.current()).toBe('two');
  // The server still wants the one before, or wants the next one only from now on.
  expect([password.refused('two'), password.current(), password.refused('two'), password.current()]).toEqual([
    ...[true, 'one'],
    ...[true, 'one'],
  ]);
  expect(() => takers.DATABASE_URL({ database: { ...database, user: 'other' } } as Config)).toThrow(/restart/);
});
