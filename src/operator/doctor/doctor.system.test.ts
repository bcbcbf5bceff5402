import { generateKeyPairSync } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createAuditLog } from '#bff/records/audit-log/audit-log.ts';
import { makeAuditKey } from '#bff/records/audit-log/kept-key.ts';
import { readAuditKeys } from '#bff/records/audit-log/keys.ts';
import { listenForScrapes } from '#bff/platform/metrics/listener.ts';
import { createSealer } from '#bff/platform/store/secrets.ts';
import { createClock } from '#clock';
import { startEmulator, type Emulator } from '#okta-emulator/start.ts';
import { freePort } from '#testing/free-port.ts';
import { runOperatorProgram } from '#testing/programs/operator-program.ts';
import { openTestStore, storeEnv } from '#testing/store.ts';
import { temporaryFolder } from '#testing/programs/temporary-folder.ts';

const reader = 'reader-token-of-sixteen';
const stranger = 'helper-of-nobody-at-all';
const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const appKey = JSON.stringify(pair.privateKey.export({ format: 'jwk' }));

const [dataDir, orgFolder] = [temporaryFolder(), temporaryFolder()];
let emulator: Emulator;
/** Not an Okta org: it answers 404 to everything. */
const web = { server: createServer((_, answer) => void answer.writeHead(404).end('Not Found')), url: '' };
beforeAll(async () => {
  await new Promise<void>((resolve) => web.server.listen(0, '127.0.0.1', resolve));
  web.url = `http://127.0.0.1:${(web.server.address() as AddressInfo).port}`;
  const jwks = { keys: [pair.publicKey.export({ format: 'jwk' })] } as never;
  emulator = await startEmulator({
    port: 0,
    dataDir: orgFolder,
    clock: createClock(),
    rateLimit: 0,
    apiTokens: [
      { token: reader, role: 'READ_ONLY_ADMIN' },
      { token: stranger, role: 'HELP_DESK_ADMIN', groups: ['00g00000000000000000'] },
    ],
    serviceApps: [
      { clientId: 'reads-only', jwks, scopes: ['okta.users.read'], role: 'SUPER_ADMIN' },
      { clientId: 'no-roles', jwks, scopes: ['okta.users.read', 'okta.users.manage'], role: 'SUPER_ADMIN' },
      { clientId: 'bound', jwks, scopes: ['okta.users.read', 'okta.users.manage'], role: 'SUPER_ADMIN', dpop: true },
      { clientId: 'no-role', jwks, scopes: ['okta.users.read', 'okta.users.manage', 'okta.roles.read'] },
    ],
  });
});
afterAll(async () => {
  await emulator.close();
  web.server.close();
});

async function doctor(
  settings: Record<string, string>,
  ...words: string[]
): Promise<{ code: number; lines: string[] }> {
  const { code, out } = await runOperatorProgram('src/operator/doctor/doctor.ts', ['--all', ...words], settings);
  return { code, lines: out.trim().split('\n') };
}

const whole = () => ({
  PORT: '3000',
  OKTA_ORG_URL: emulator.url,
  OKTA_ISSUER: emulator.issuer,
  OKTA_CLIENT_ID: emulator.clientId,
  OKTA_CLIENT_SECRET: emulator.clientSecret,
  OKTA_API_TOKEN: emulator.apiToken,
  SESSION_SECRET: 'k'.repeat(43),
  AUDIT_SIGNING_KEY: makeAuditKey(),
  SMTP_URL: emulator.smtpUrl,
  ORG_NAME: 'Meridian',
  SUPPORT_PHONE: '+1 555 0100',
  DATA_DIR: dataDir,
});
const byApp = (clientId: string, key = appKey) => ({
  ...whole(),
  OKTA_API_TOKEN: '',
  OKTA_SERVICE_CLIENT_ID: clientId,
  OKTA_SERVICE_PRIVATE_KEY: key,
});
const names = [
  'version',
  'org',
  'issuer',
  'redirect URI',
  'client secret',
  'groups claim',
  'universal logout',
  'credential',
  'reading',
  'changing',
  'rate limits',
  'roles',
  'security questions',
  'kinds on offer',
  'passkeys',
  'user verification',
  'data folder',
  'proxies',
  'session secrets',
  'signing key',
  'email',
  'name',
  'languages',
  'helpdesk address',
];
const troubles = (lines: string[]) =>
  lines.filter((line) => !line.startsWith('passed  ')).map((line) => line.split(':', 1)[0]);

it.skipIf(process.platform !== 'linux')('says in one line that DATA_DIR cannot be made', async () => {
  const { code, lines } = await doctor({ ...whole(), DATA_DIR: '/proc/latchkey/data' });
  expect([code, lines.filter((line) => line.includes('data folder'))]).toEqual([
    1,
    ['FAILED  data folder: nothing can be written to /proc/latchkey/data (ENOENT): set DATA_DIR to another folder'],
  ]);
});

it('passes a working configuration, one line per check', async () => {
  const { code, lines } = await doctor(whole());
  expect(lines.map((line) => line.split(':', 1)[0])).toEqual(names.map((name) => `passed  ${name}`));
  expect(lines.join('\n')).toMatch(/^passed {2}passkeys: .*localhost.*only adding one shows it/m);
  expect(lines.join('\n')).toMatch(/kinds on offer: .*Authenticator app/);
  expect(lines.join('\n')).toMatch(/rate limits: (?:the org sets none|[\d,]+ calls a minute carry about)/);
  expect(code).toBe(0);
});

it('says the same as JSON, one object a line', async () => {
  const { code, lines } = await doctor({ ...whole(), SMTP_URL: '' }, '--json');
  const findings = lines.map((line) => JSON.parse(line) as Record<string, string>);
  expect(findings[0]).toMatchObject({ name: 'version', mark: 'passed' });
  expect(findings.filter(({ mark }) => mark === 'FAILED')).toEqual([
    { name: 'email', mark: 'FAILED', text: expect.stringContaining('SMTP_URL is not set') },
  ]);
  expect(code).toBe(1);
});

it.each([
  ['OKTA_ISSUER', () => emulator.url, /^FAILED {2}issuer: .*\/oauth2\/default does: set it to that/],
  [
    'OKTA_CLIENT_ID',
    () => 'somebody-else',
    /^FAILED {2}redirect URI: Okta knows no app with the client id somebody-else and this OKTA_CLIENT_SECRET/,
  ],
  ['BASE_URL', () => 'https://portal.example', /^FAILED {2}redirect URI: .* is not a sign-in redirect URI of/],
  ['OKTA_API_TOKEN', () => `SSWS ${emulator.apiToken}`, /^FAILED {2}settings: OKTA_API_TOKEN begins with “SSWS”/],
  ['OKTA_API_TOKEN', () => '@/nowhere/token', /^FAILED {2}settings: OKTA_API_TOKEN names the file \/nowhere\/token, /],
  ['OKTA_API_TOKEN', () => '', /^FAILED {2}settings: OKTA_API_TOKEN is missing: create one at Okta under Security/],
  ['SESSION_SECRET', () => '', /^FAILED {2}settings: SESSION_SECRET is missing: make one with openssl rand/],
  [
    'OKTA_LOGOUT_ISSUER',
    () => 'http://127.0.0.1:9',
    /^FAILED {2}universal logout: .* cannot be reached .*OKTA_LOGOUT_ISSUER/,
  ],
  ['OKTA_LOGOUT_ISSUER', () => web.url, /^FAILED {2}universal logout: .* has no keys \(404\)/],
  ['BASE_URL', () => 'https://keys.example.com', /^warning passkeys: .*localhost.*so people add them at Okta/],
  ['PORT', () => '3007', /^FAILED {2}redirect URI: .*http:\/\/localhost:3007\/auth\/callback/],
  ['SMTP_URL', () => '', /^FAILED {2}email: SMTP_URL is not set/],
  ['OKTA_ORG_URL', () => 'http://127.0.0.1:9', /^FAILED {2}/],
])('says what to do about a wrong %s', async (name, value, words) => {
  const { code, lines } = await doctor({ ...whole(), [name]: value() });
  expect(lines.join('\n')).toMatch(new RegExp(words.source, 'm'));
  expect(code).toBe(1);
});

it('says that another web server is no org', async () => {
  const { lines } = await doctor({ ...whole(), OKTA_ORG_URL: web.url, OKTA_ISSUER: web.url });
  expect(lines[1]).toMatch(/^FAILED {2}org: .* answers \(404\), but is no Okta org: set OKTA_ORG_URL to/);
});

const faults = async (settings: Record<string, string>) =>
  (await doctor({ ...whole(), ...settings })).lines.filter((line) => !/^(?:passed|skipped) /.test(line));

it('says what is skipped only where it is asked', async () => {
  const away = 'http://127.0.0.1:9';
  const settings = { ...whole(), OKTA_ORG_URL: away, OKTA_ISSUER: away };
  const { out } = await runOperatorProgram('src/operator/doctor/doctor.ts', [], settings);
  expect(out).toContain('FAILED  org');
  expect(out).not.toContain('skipped');
});

it('one fault is one failure: what needs it is skipped', async () => {
  const away = 'http://127.0.0.1:9';
  const { lines } = await doctor({ ...whole(), OKTA_ORG_URL: away, OKTA_ISSUER: away });
  const independent = [
    'version',
    'data folder',
    'proxies',
    'session secrets',
    'signing key',
    'email',
    'name',
    'languages',
    'helpdesk address',
  ];
  expect(troubles(lines)).toEqual([
    'FAILED  org',
    ...names.filter((name) => name !== 'org' && !independent.includes(name)).map((name) => `skipped ${name}`),
  ]);
  expect(lines.find((line) => line.startsWith('skipped issuer'))).toBe(
    'skipped issuer: it needs what failed above: org',
  );
  const client = await doctor({ ...whole(), OKTA_CLIENT_ID: 'somebody-else' });
  expect(troubles(client.lines)).toEqual(['FAILED  redirect URI', 'skipped client secret']);
});

describe.concurrent('a planted fault is one line that names the setting', () => {
  it.each<[string, () => Record<string, string>, RegExp]>([
    [
      'a wrong client secret',
      () => ({ OKTA_CLIENT_SECRET: 'the-secret-of-another-app' }),
      /^FAILED {2}client secret: Okta refuses OKTA_CLIENT_SECRET for latchkey-demo: set it to the app's/,
    ],
    [
      'the host of the admin console',
      () => ({
        BASE_URL: 'https://keys.example.com',
        TRUSTED_PROXIES: '10.0.0.1',
        OKTA_ORG_URL: 'https://example-admin.okta.com',
        OKTA_ISSUER: 'https://example-admin.okta.com/oauth2/default',
      }),
      /^FAILED {2}org: .* is the admin console: set OKTA_ORG_URL to https:\/\/example\.okta\.com$/,
    ],
    [
      'a mail server that is away',
      () => ({ SMTP_URL: 'smtp://127.0.0.1:9' }),
      /^FAILED {2}email: 127\.0\.0\.1:9 takes no email .*: nothing listens there: correct host and port in SMTP_URL$/,
    ],
    [
      'a mail server’s port without TLS',
      () => ({ SMTP_URL: emulator.smtpUrl.replace('smtp:', 'smtps:') }),
      /^FAILED {2}email: .* speaks no TLS at once: set SMTP_URL to smtp:\/\//,
    ],
    [
      'a mail server without STARTTLS',
      // The portal does not recognise this spelling as loopback.
      () => ({ SMTP_URL: emulator.smtpUrl.replace('127.0.0.1', '127.1') }),
      /^FAILED {2}email: .*: it offers no STARTTLS: set SMTP_URL to smtps:\/\//,
    ],
    [
      'everybody as a proxy',
      () => ({ TRUSTED_PROXIES: '0.0.0.0/0' }),
      /^FAILED {2}proxies: TRUSTED_PROXIES has 0\.0\.0\.0\/0, .* Set it to the addresses of your proxies$/,
    ],
    [
      'a page for help that is not there',
      () => ({ SUPPORT_URL: `${emulator.url}/nowhere` }),
      /^FAILED {2}helpdesk address: SUPPORT_URL answers 404: set it to/,
    ],
    [
      'a page for help that cannot be opened',
      () => ({ SUPPORT_URL: 'http://127.0.0.1:9/' }),
      /^warning helpdesk address: SUPPORT_URL cannot be opened from here/,
    ],
    [
      'the demo’s number',
      () => ({ SUPPORT_PHONE: '+1 555 010 0199' }),
      /^FAILED {2}helpdesk address: SUPPORT_PHONE is .*, which nobody has: set it to the helpdesk's number$/,
    ],
    [
      'no way to reach the helpdesk',
      () => ({ SUPPORT_PHONE: '' }),
      /^warning helpdesk address: .*set SUPPORT_PHONE or SUPPORT_URL/,
    ],
    ['the demo’s name', () => ({ ORG_NAME: '' }), /^warning name: .*says “Example”: set ORG_NAME/],
    [
      'languages that no speaker has read',
      () => ({ LANGUAGES: 'en,ja,ar' }),
      /^warning languages: .*no speaker has read the translation into ja, ar: /,
    ],
  ])('%s', async (_what, settings, line) => {
    expect(await faults(settings())).toEqual([expect.stringMatching(line)]);
  });

  it('a login that the mail server refuses', async () => {
    const server = new SMTPServer({
      allowInsecureAuth: true,
      disabledCommands: ['STARTTLS'],
      onAuth: (_auth, _session, done) => done(new Error('wrong')),
    });
    await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
    const { port } = server.server.address() as AddressInfo;
    expect(await faults({ SMTP_URL: `smtp://portal:secret-word@127.0.0.1:${port}` })).toEqual([
      expect.stringMatching(/^FAILED {2}email: .*: it refuses the login: correct user and password in SMTP_URL$/),
    ]);
    await new Promise<void>((resolve) => server.close(resolve));
  });

  it('a port of the metrics that another program has, or a portal with another token', async () => {
    const token = 'a-token-of-monitoring';
    const other = createServer((_request, response) => response.end('hello'));
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const port = await freePort();
    const close = await listenForScrapes(async () => 'latchkey_up 1', 'text/plain', {
      ...{ port, host: '127.0.0.1', token: token },
    });
    const at = (METRICS_PORT: number, more: Record<string, string> = {}) =>
      doctor({ ...whole(), METRICS_PORT: String(METRICS_PORT), METRICS_TOKEN: token, ...more }).then(({ lines }) =>
        lines.find((line) => line.includes('metrics port')),
      );
    expect(
      await Promise.all([
        at((other.address() as AddressInfo).port),
        at(port),
        at(port, { METRICS_TOKEN: 'another-token-of-monitoring' }),
        at(await freePort()),
        at(await freePort(), { METRICS_HOST: '192.0.2.1' }),
      ]),
    ).toEqual([
      expect.stringMatching(/^FAILED {2}metrics port: another program uses .*: set METRICS_PORT to a free port$/),
      expect.stringMatching(/^passed {2}metrics port: a portal serves metrics at/),
      expect.stringMatching(/^warning metrics port: .* refuses METRICS_TOKEN: .* set METRICS_TOKEN to the portal's$/),
      expect.stringMatching(/^passed {2}metrics port: .* is free for the portal$/),
      expect.stringMatching(/^FAILED {2}metrics port: 192\.0\.2\.1 is no address of this machine: set METRICS_HOST/),
    ]);
    await close();
    await new Promise((resolve) => other.close(resolve));
  });
});

describe('the helpdesk', () => {
  const settings = (over: Record<string, string> = {}) => ({
    HELPDESK_GROUP_ID: emulator.groups.helpdesk,
    HELPDESK_APPROVER_GROUP_ID: emulator.groups.helpdeskApprovers,
    HELPDESK_SCOPE: `${emulator.groups.helpdesk}=${emulator.groups.everyone}`,
    HELPDESK_ACR: 'urn:okta:loa:2fa:any',
    ...over,
  });
  const lines = async (over: Record<string, string> = {}, base: Record<string, string> = whole()) =>
    (await doctor({ ...base, ...settings(over) })).lines.filter((line) =>
      /^\S+ +helpdesk (?:groups|step-up)/.test(line),
    );

  it('has groups with members who can do their own step-up', async () => {
    expect(await lines()).toEqual([
      expect.stringMatching(/^passed {2}helpdesk groups: .+ and .+ have members/),
      expect.stringMatching(/^passed {2}helpdesk step-up: all of 2 agents and approvers have a second method/),
    ]);
  });

  it('has three approvers, or doctor warns: unfreezing one can take two others', async () => {
    const approvers = async (over: Record<string, string> = {}) =>
      (await doctor({ ...whole(), ...settings(over) })).lines.filter((line) => line.includes('helpdesk approvers'));
    expect(await approvers()).toEqual([expect.stringMatching(/^warning helpdesk approvers: 1 of at least 3 /)]);
    const everyone = { HELPDESK_APPROVER_GROUP_ID: emulator.groups.everyone };
    expect(await approvers(everyone)).toEqual([expect.stringMatching(/^passed {2}helpdesk approvers: /)]);
  });

  it('has auditors who do nothing else; doctor names one who is an agent or approver too', async () => {
    const { helpdesk, auditors } = emulator.groups;
    const auditing = async () =>
      (await doctor({ ...whole(), ...settings({ HELPDESK_AUDITOR_GROUP_ID: auditors }) })).lines.filter((line) =>
        /helpdesk (?:auditors|step-up)/.test(line),
      );
    expect(await auditing()).toEqual([
      expect.stringMatching(/^passed {2}helpdesk auditors: none of the auditors is an agent or approver$/),
      expect.stringMatching(
        /^passed {2}helpdesk step-up: all of 3 agents, approvers and auditors have a second method/,
      ),
    ]);
    const okta = (path: string, method = 'GET') =>
      fetch(`${emulator.url}/api/v1${path}`, { method, headers: { authorization: `SSWS ${emulator.apiToken}` } });
    const { id } = (await (await okta('/users/frances@example.com')).json()) as { id: string };
    expect((await okta(`/groups/${helpdesk}/users/${id}`, 'PUT')).status).toBe(204);
    expect(await auditing()).toEqual([
      expect.stringMatching(/^warning helpdesk auditors: frances@example\.com: .*take them out of one group at Okta$/),
      expect.stringMatching(/^passed/),
    ]);
    expect((await okta(`/groups/${helpdesk}/users/${id}`, 'DELETE')).status).toBe(204);
  });

  it('may end lock-outs, or doctor says what that takes', async () => {
    const unlock = async (base: Record<string, string>) =>
      (await doctor({ ...base, ...settings() })).lines.filter((line) => line.includes('helpdesk unlock'));
    expect(await unlock(whole())).toEqual([expect.stringMatching(/^passed {2}helpdesk unlock: .* may end lock-outs/)]);
    expect(await unlock({ ...whole(), OKTA_API_TOKEN: reader })).toEqual([
      expect.stringMatching(/^warning helpdesk unlock: .*grant okta\.users\.manage .* the right to unlock users$/),
    ]);
  });

  it.each<[string, () => Record<string, string>, RegExp, RegExp]>([
    [
      'whose group does not exist',
      () => ({ HELPDESK_GROUP_ID: '00gAAAAAAAAAAAAAAAAA' }),
      /^FAILED {2}helpdesk groups: there is no group 00gA+: set HELPDESK_GROUP_ID to the id/,
      /^skipped helpdesk step-up/,
    ],
    [
      'whose people have nothing that resists phishing',
      () => ({ HELPDESK_ACR: 'phr' }),
      /^passed/,
      /^FAILED {2}helpdesk step-up: none of 2 agents and approvers has a phishing-resistant method, .*set HELPDESK_ACR=/,
    ],
    [
      'of whom some have no second method',
      () => ({ HELPDESK_GROUP_ID: emulator.groups.everyone }),
      /^passed/,
      /^warning helpdesk step-up: \d+ of \d+ agents and approvers have no second method/,
    ],
  ])('%s', async (_what, over, first, second) => {
    expect(await lines(over())).toEqual([expect.stringMatching(first), expect.stringMatching(second)]);
  });

  it('whose approvers are all suspended', async () => {
    const suspend = (status: string) =>
      fetch(`${emulator.url}/simulator/api/users/admin@example.com`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ status }),
      });
    await suspend('SUSPENDED');
    expect(await lines()).toEqual([
      expect.stringMatching(
        /^FAILED {2}helpdesk groups: HELPDESK_APPROVER_GROUP_ID names 00g\w+, which has no active member/,
      ),
      expect.stringMatching(/^skipped/),
    ]);
    await suspend('ACTIVE');
  });

  it('cannot be checked by a service app that may not read groups', async () => {
    expect(await lines({}, byApp('no-roles'))).toEqual([
      expect.stringMatching(/^(?:FAILED|skipped)|^warning helpdesk groups: .*grant okta\.groups\.read/),
      expect.stringMatching(/^(?:warning|skipped) helpdesk step-up/),
    ]);
  });
});

it('says to what it changed a colour that is hard to read', async () => {
  const say = async (BRAND_COLOR: string) => (await doctor({ ...whole(), BRAND_COLOR })).lines.join('\n');
  expect(await say('#FFD500')).toContain(
    'passed  colour: BRAND_COLOR is #ffd500; buttons and links are #7d6800 (darkened to a contrast of 4.5:1) on light pages, and #ffd500 on dark ones',
  );
  expect(await say('yellow')).toContain('FAILED  settings: BRAND_COLOR is no colour: write it like #0d5c4c');
});

it('says what to do about a wrong OKTA_API_TOKEN, and stops using it', async () => {
  const { lines, code } = await doctor({ ...whole(), OKTA_API_TOKEN: '00wrongwrongwrong' });
  expect(lines.join('\n')).toMatch(/^FAILED {2}credential: OKTA_API_TOKEN is not valid: .* set OKTA_API_TOKEN to it/m);
  expect(code).toBe(1);
  const after = names.slice(names.indexOf('credential') + 1, names.indexOf('data folder'));
  expect(troubles(lines)).toEqual(['FAILED  credential', ...after.map((name) => `skipped ${name}`)]);
});

describe.concurrent('the rights of an API token', () => {
  it('that only reads', async () => {
    const { code, lines } = await doctor({ ...whole(), OKTA_API_TOKEN: reader });
    expect(troubles(lines)).toEqual(['FAILED  changing']);
    expect(lines.join('\n')).toContain('may neither add nor remove methods');
    expect(code).toBe(1);
  });

  it('that sees no people', async () => {
    const { lines } = await doctor({ ...whole(), OKTA_API_TOKEN: stranger });
    expect(lines.join('\n')).toMatch(
      /^FAILED {2}changing: OKTA_API_TOKEN may remove methods, but not add or verify them/m,
    );
    expect(troubles(lines)).toEqual([
      'FAILED  changing',
      ...['roles', 'security questions', 'kinds on offer', 'passkeys'].map((name) => `warning ${name}`),
    ]);
  });
});

describe.concurrent('a service app', () => {
  it('with all scopes and a role lacks only the security questions', async () => {
    const { privateKey, clientId } = emulator.serviceApp;
    const asked = await doctor(byApp(clientId, JSON.stringify(privateKey)));
    expect(troubles(asked.lines)).toEqual(['warning security questions']);
    expect(asked.code).toBe(0);
  });

  it('says whether its tokens are bound to a key, and which scope it lacks', async () => {
    const [bound, unbound] = await Promise.all([doctor(byApp('bound')), doctor(byApp('no-roles'))]);
    expect(bound.lines.join('\n')).toMatch(/^passed {2}credential: .* tokens bound to a key \(DPoP\)/m);
    expect(unbound.lines.join('\n')).toMatch(/^passed {2}credential: .*; require DPoP in its settings at Okta/m);
    expect(unbound.lines.join('\n')).toMatch(/^warning roles: .*grant it okta\.roles\.read/m);
    expect(unbound.code).toBe(0);
  });

  it.each([
    [
      'a scope not granted',
      'reads-only',
      appKey,
      /credential: the service app lacks a scope: grant it okta\.users\.read and okta\.users\.manage/,
    ],
    ['an unknown client', 'nobody', appKey, /credential: Okta does not know the service app by this key/],
    [
      'another key',
      'no-roles',
      JSON.stringify(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' })),
      /credential: Okta does not know the service app by this key/,
    ],
    [
      'no role',
      'no-role',
      appKey,
      /reading: the service app may not read a person, their methods, .*: assign the app a role/,
    ],
  ])('with %s', async (_, clientId, key, words) => {
    const { lines, code } = await doctor(byApp(clientId, key));
    expect(lines.join('\n')).toMatch(new RegExp(`^FAILED  ${words.source}`, 'm'));
    expect(code).toBe(1);
  });
});

describe('user verification of security keys', () => {
  const findings = async (
    over: Partial<Parameters<typeof startEmulator>[0]>,
    scopes?: readonly ['okta.users.read', 'okta.users.manage'],
  ) => {
    const jwks = { keys: [pair.publicKey.export({ format: 'jwk' })] } as never;
    const org = await startEmulator({
      ...{ port: 0, dataDir: temporaryFolder(), inMemory: true, clock: createClock(), rateLimit: 0 },
      serviceApps: scopes ? [{ clientId: 'narrow', jwks, scopes, role: 'SUPER_ADMIN' as const }] : [],
      ...over,
    });
    const at = { OKTA_ORG_URL: org.url, OKTA_ISSUER: org.issuer, OKTA_CLIENT_SECRET: org.clientSecret };
    const { code, lines } = await doctor({
      ...(scopes ? byApp('narrow') : { ...whole(), OKTA_API_TOKEN: org.apiToken }),
      ...at,
    });
    await org.close();
    return [code, ...lines.filter((line) => line.includes(' user verification: '))];
  };

  it.each(['DISCOURAGED', 'PREFERRED'] as const)(
    '[F9] left out by the org (%s) is a warning',
    async (keyVerification) => {
      expect(await findings({ engine: 'oie', keyVerification })).toEqual([
        0,
        expect.stringMatching(
          new RegExp(
            `^warning user verification: .*\\(${keyVerification}\\).*set user verification to required at Okta`,
          ),
        ),
      ]);
    },
  );

  it('[F9] that the org requires passes', async () => {
    expect(await findings({ engine: 'oie', keyVerification: 'REQUIRED' })).toEqual([
      0,
      expect.stringMatching(/^passed {2}user verification: the org requires/),
    ]);
  });

  it('is not known of Classic Engine, nor without the scope', async () => {
    expect(await findings({})).toEqual([0, expect.stringMatching(/^passed {2}user verification: not known: Classic/)]);
    expect(await findings({ engine: 'oie' }, ['okta.users.read', 'okta.users.manage'])).toEqual([
      0,
      expect.stringMatching(/^warning user verification: it could not be read: grant okta\.authenticators\.read/),
    ]);
  });
});

describe('an org of another engine', () => {
  let server: Server;
  let url: string;
  let answers: (path: string) => { status?: number; location?: string; body?: unknown };
  beforeAll(async () => {
    server = createServer((request, response) => {
      const { status = 200, location, body = {} } = answers(request.url ?? '');
      response
        .writeHead(status, { 'content-type': 'application/json', ...(location && { location }) })
        .end(JSON.stringify(body));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://localhost:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => server.close());
  const settings = () => ({ ...whole(), OKTA_ORG_URL: url, OKTA_ISSUER: url });
  const ok = (path: string): ReturnType<typeof answers> => {
    if (path.includes('okta-organization')) return { body: { id: '00o1', pipeline: 'idx' } };
    if (path === '/.well-known/openid-configuration')
      return {
        body: { issuer: url, authorization_endpoint: `${url}/authorize`, token_endpoint: `${url}/token` },
      };
    if (path.endsWith('/keys')) return { body: { keys: [] } };
    if (path === '/token') return { status: 400, body: { error: 'invalid_grant' } };
    if (path.startsWith('/authorize'))
      return { status: 302, location: 'http://localhost:3000/auth/callback?error=access_denied&state=doctor' };
    if (path.startsWith('/api/v1/users?')) return { body: [{ id: '00uAAAAAAAAAAAAAA0x1', status: 'ACTIVE' }] };
    if (path.endsWith('/catalog')) return { body: [] };
    if (path.includes('00u00000000000000000')) return { status: 403, body: { errorCode: 'E0000006' } };
    return {
      body: /factors$|groups$|roles$|questions$/.test(path) ? [] : { id: '00uAAAAAAAAAAAAAA0x1', status: 'ACTIVE' },
    };
  };

  it('warns of a policy that allows nobody, a missing claim, a limited role, an empty catalog', async () => {
    answers = ok;
    const { lines, code } = await doctor(settings());
    expect(troubles(lines)).toEqual([
      'warning redirect URI',
      'warning groups claim',
      'warning changing',
      'warning rate limits',
      'warning kinds on offer',
      'warning user verification',
    ]);
    expect(lines.join('\n')).toMatch(/redirect URI: .*sign-in answers access_denied: check that an access policy/);
    expect(code).toBe(0);
  });

  it('names each thing that cannot be read', async () => {
    answers = (path) => (path.endsWith('/groups') ? { status: 403, body: { errorCode: 'E0000006' } } : ok(path));
    const { lines, code } = await doctor(settings());
    expect(lines.join('\n')).toMatch(
      /^FAILED {2}reading: OKTA_API_TOKEN may not read their groups: the role behind it/m,
    );
    expect(code).toBe(1);
  });

  it('continues when people cannot be searched', async () => {
    answers = (path) =>
      path.startsWith('/api/v1/users?') ? { status: 403, body: { errorCode: 'E0000006' } } : ok(path);
    const { lines } = await doctor(settings());
    expect(lines.join('\n')).toMatch(/^warning credential: .*may not search people/m);
    expect(lines.join('\n')).toMatch(/^FAILED {2}reading: /m);
  });
});

it('lists wrong settings before any request', async () => {
  const { code, lines } = await doctor({ OKTA_ORG_URL: emulator.url, PORT: 'x' });
  expect(code).toBe(1);
  expect(lines.length).toBeGreaterThan(3);
  expect(lines.every((line) => line.startsWith('FAILED  settings: '))).toBe(true);
});

it('says what each old session secret still seals, and when it can be removed', async () => {
  const folder = temporaryFolder();
  const [newest, old, older] = ['n'.repeat(43), 'o'.repeat(43), 'p'.repeat(43)];
  const line = async (secrets: string[], where: Record<string, string>) =>
    (await doctor({ ...whole(), DATA_DIR: folder, ...where, SESSION_SECRET: secrets.join(',') })).lines.find((one) =>
      one.includes('session secrets'),
    );
  expect(await line([newest, old], {})).toBe(`passed  session secrets: nothing is stored in ${folder} yet`);
  const where = await storeEnv(folder);
  const store = await openTestStore(folder);
  const now = Date.now();
  const session = (secret: string, ends_at: number) => ({
    id: String(Math.random()),
    token_hash: String(Math.random()),
    user_id: 'u',
    login: 'l',
    name: 'n',
    first_name: 'f',
    locale: null,
    created_at: 0,
    seen_at: 0,
    ends_at,
    auth_time: 0,
    verified_at: 0,
    id_token: createSealer([secret]).seal('token', 'c'),
    agent: '',
    address: '',
  });
  const letter = (secret: string) => ({
    id: String(Math.random()),
    event: null,
    address: 'a',
    subject: 's',
    body: createSealer([secret]).seal('b', 'c'),
    created_at: 0,
    sent_at: null,
    tries: 0,
    next_at: 0,
  });
  await store
    .insertInto('sessions')
    .values([
      session(newest, now + 60_000),
      session(old, now + 60_000),
      session(old, now + 60_000),
      session(older, now - 1),
    ])
    .execute();
  await store
    .insertInto('outbox')
    .values([letter(old), { ...letter(older), body: '', sent_at: 1 }])
    .execute();
  const code_mac = createSealer([older]).mac('code', 'c');
  await store
    .insertInto('recovery_codes')
    .values({
      user_id: 'u',
      outcome: 0,
      approval_id: null,
      code_mac,
      sealed: null,
      session_id: null,
      expires_at: now - 1,
    })
    .execute();
  await store.destroy();
  expect(await line([newest, old, older], where)).toBe(
    'passed  session secrets: the second SESSION_SECRET is still needed (sessions.id_token 2, outbox.body 1); nothing is sealed under the third SESSION_SECRET: remove it, unless it is the new one',
  );
  expect(await line([newest], where)).toMatch(
    /^warning session secrets: sessions\.id_token 2, outbox\.body 1: sealed under a SESSION_SECRET that is no longer listed/,
  );
  expect(await line([old, newest], where)).toContain('the second SESSION_SECRET is still needed (sessions.id_token 1)');
});

it('tries the key of the audit log at its end', async () => {
  const folder = temporaryFolder();
  const where = await storeEnv(folder);
  const store = await openTestStore(folder);
  const [old, next] = [makeAuditKey(), makeAuditKey()];
  const auditLog = createAuditLog(store, createClock(), readAuditKeys(old));
  const nobody = { userId: null, address: '', agent: '', requestId: '' };
  await auditLog.event(nobody, { event: 'user.session.start', subject: null }, { outcome: 'success' });
  await store.destroy();
  const line = async (AUDIT_SIGNING_KEY: string) =>
    (await doctor({ ...whole(), DATA_DIR: folder, ...where, AUDIT_SIGNING_KEY })).lines.find((one) =>
      one.includes('signing key'),
    );
  expect(await line(`${next}${old}`)).toBe(
    'passed  signing key: a key of AUDIT_SIGNING_KEY signed the audit log’s end',
  );
  expect(await line(next)).toBe(
    'FAILED  signing key: no key of AUDIT_SIGNING_KEY signed the audit log’s end, row 1, so no portal would start: keep the one before, NEW,OLD',
  );
});
