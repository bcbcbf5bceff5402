import { generateKeyPairSync } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readConfig } from './config.ts';
import { readPlace } from './place.ts';
import { findConfigFaults } from './testing/find-config-faults.ts';
import { removedSettings } from './removed-settings.ts';
import { real } from './testing/real-org.ts';
import { variables } from './variables.ts';
import { temporaryFolder } from '#testing/programs/temporary-folder.ts';

const secret = 'k'.repeat(43);

describe('reading the settings', () => {
  it('gives demo mode with defaults when nothing is set', () => {
    const config = readConfig({});
    expect(config).toMatchObject({
      port: 3000,
      host: '127.0.0.1',
      portal: { baseUrl: 'http://localhost:3000', lockout: 5, rateLimits: true },
      okta: null,
    });
    expect(config.demo).toMatchObject({ port: 3001, engine: 'classic', rateLimit: 600 });
  });

  it('logs each request, except in the demo', () => {
    const level = (settings: Record<string, string>) => readConfig(settings).logLevel;
    expect([level(real), level({}), level({ ...real, LOG_LEVEL: 'error' }), level({ LOG_LEVEL: 'info' })]).toEqual([
      'info',
      'warn',
      'error',
      'info',
    ]);
  });

  it('serves metrics on a port of their own, on loopback unless told otherwise', () => {
    const metrics = (settings: Record<string, string>) => readConfig({ ...real, ...settings }).metrics;
    expect(metrics({})).toBe(null);
    expect(metrics({ METRICS_PORT: '9464' })).toEqual({ port: 9464, host: '127.0.0.1', token: null });
    const open = { METRICS_PORT: '9464', METRICS_HOST: '0.0.0.0' };
    const warnings = (settings: Record<string, string>) =>
      readConfig({ ...real, ...settings }).warnings.filter((one) => one.startsWith('METRICS_HOST'));
    expect(warnings(open)).toHaveLength(1);
    expect(warnings({ ...open, METRICS_TOKEN: 'sixteen-characters' })).toEqual([]);
    expect(findConfigFaults({ ...real, METRICS_PORT: '3000' })).toEqual(['PORT and METRICS_PORT are the same']);
    for (const METRICS_PORT of ['0', '65536', 'x'])
      expect(findConfigFaults({ ...real, METRICS_PORT })).toEqual([expect.stringMatching(/^METRICS_PORT /)]);
  });

  it('reads a colour with or without #, which some files take for a comment', () => {
    const color = (BRAND_COLOR: string) => readConfig({ BRAND_COLOR }).portal.accent?.color;
    expect([color('#FFD500'), color('ffd500'), color('')]).toEqual(['#ffd500', '#ffd500', undefined]);
    for (const BRAND_COLOR of ['yellow', '#fd0', '#ffd5000', '#ffd500;}', 'rgb(1,2,3)', '#ggg000', '#ffd500\n'])
      expect(findConfigFaults({ BRAND_COLOR })).toEqual(['BRAND_COLOR is no colour: write it like #0d5c4c']);
  });

  it('names a support number in the demo alone', () => {
    expect(readConfig({}).portal.shown.supportPhone).toBe('+1 555 010 0199');
    expect(readConfig({ SUPPORT_PHONE: '+1 555 0100' }).portal.shown.supportPhone).toBe('+1 555 0100');
    expect(readConfig(real).portal.shown.supportPhone).toBeNull();
  });

  it('hands requests over for 5 seconds where several portals may share a database', () => {
    const drain = (settings: Record<string, string>) => readConfig({ ...real, ...settings }).drainMs;
    const shared = { DATABASE_URL: 'postgres://latchkey@localhost/latchkey?sslmode=disable' };
    expect([
      drain({}),
      drain(shared),
      drain({ ...shared, DRAIN_SECONDS: '0' }),
      drain({ DRAIN_SECONDS: '12' }),
    ]).toEqual([0, 5000, 0, 12_000]);
    expect(findConfigFaults({ ...real, DRAIN_SECONDS: '-1' })).toEqual([expect.stringMatching(/^DRAIN_SECONDS /)]);
  });

  it('accepts Universal Logout from the org, from another issuer, or from nobody', () => {
    const signer = (value?: string) =>
      readConfig({ ...real, ...(value && { OKTA_LOGOUT_ISSUER: value }) }).okta?.logoutIssuer;
    expect([signer(), signer('https://login.example.com/'), signer('none')]).toEqual([
      'https://example.okta.com',
      'https://login.example.com',
      null,
    ]);
    for (const bad of ['http://login.example.com', 'login', 'off']) {
      expect(findConfigFaults({ ...real, OKTA_LOGOUT_ISSUER: bad })).toEqual([
        expect.stringMatching(/^OKTA_LOGOUT_ISSUER /),
      ]);
    }
  });

  it('accepts the alarms’ recipients', () => {
    expect(readConfig({ ALARM_EMAIL: 'soc@example.com, ciso@example.com' }).portal.alarmEmail).toEqual([
      'soc@example.com',
      'ciso@example.com',
    ]);
    expect(findConfigFaults({ ALARM_EMAIL: 'soc' })).toEqual([expect.stringMatching(/^ALARM_EMAIL /)]);
  });

  it('accepts languages that the portal speaks, the default first, each once', () => {
    const read = (text?: string) => readConfig({ LANGUAGES: text }).portal.shown.languages;
    expect(read()).toEqual(['en', 'de', 'ja', 'ar']);
    expect(read('de, EN ,de')).toEqual(['de', 'en']);
    expect(read('en-XA')).toEqual(['en-XA', 'en']);
    for (const bad of ['xx', 'en,', 'de-AT', 'en;de'])
      expect([bad, findConfigFaults({ LANGUAGES: bad })]).toEqual([bad, [expect.stringMatching(/^LANGUAGES is /)]]);
  });

  it('accepts the limits of messages, so that few people cannot use up everybody’s', () => {
    expect(readConfig({}).portal.messageLimits).toEqual({ person: 20, country: 1000, org: 3000 });
    expect(readConfig({ MESSAGE_LIMITS: '5/50/50' }).portal.messageLimits).toEqual({ person: 5, country: 50, org: 50 });
    for (const bad of ['20', '20/1000', '0/10/10', '20/199/3000', '20/1000/999', '1/10/10/10', '-1/10/10']) {
      expect([bad, findConfigFaults({ MESSAGE_LIMITS: bad })]).toEqual([
        bad,
        [expect.stringMatching(/^MESSAGE_LIMITS /)],
      ]);
    }
  });

  it('lists all errors at once', () => {
    const faults = findConfigFaults({
      PORT: 'abc',
      OKTA_LOCKOUT: '1',
      HOST: '0.0.0.0',
      NODE_ENV: 'production',
      SESSION_SECRET: 'short',
      EMULATOR_ENGINE: 'x',
    });
    for (const name of ['PORT', 'OKTA_LOCKOUT', 'HOST', 'NODE_ENV', 'SESSION_SECRET', 'EMULATOR_ENGINE']) {
      expect(
        faults.filter((fault) => fault.startsWith(`${name} `)),
        name,
      ).toHaveLength(1);
    }
  });

  it('names the entries of TRUSTED_PROXIES that are no address or network', () => {
    expect(readConfig({ TRUSTED_PROXIES: '10.0.0.1, 2001:db8::/32' }).portal.trustedProxies).toEqual([
      '10.0.0.1',
      '2001:db8::/32',
    ]);
    expect(findConfigFaults({ TRUSTED_PROXIES: '10.0.0.1,proxy.example.com' })).toEqual([
      'TRUSTED_PROXIES is wrong: proxy.example.com is no address and no network',
    ]);
  });

  it('allows 1,200 sign-ins a minute from one address, or the configured number', () => {
    expect(readConfig({}).portal.signInRate).toBe(1200);
    expect(readConfig({ SIGN_IN_RATE_LIMIT: '5000' }).portal.signInRate).toBe(5000);
    expect(findConfigFaults({ SIGN_IN_RATE_LIMIT: '0' })).toEqual([
      'SIGN_IN_RATE_LIMIT is not a whole number from 10 to 1000000',
    ]);
  });

  it.each([
    ['HOST', '0.0.0.0'],
    ['HOST', '192.168.1.5'],
    ['BASE_URL', 'https://portal.example.com'],
    ['EMULATOR_URL', 'http://org.example.com'],
    ['NODE_ENV', 'production'],
  ])('[P4] keeps the emulator on this machine: %s=%s does not start, and the one line says why', (name, value) => {
    expect(findConfigFaults({ [name]: value })).toEqual([
      expect.stringMatching(new RegExp(`^${name} is (?:not loopback|production)`)),
    ]);
  });

  it('accepts complete settings of a real org, and names each missing one', () => {
    expect(readConfig(real).okta).toMatchObject({ orgUrl: 'https://example.okta.com', clientId: '0oa1' });
    for (const name of ['OKTA_ISSUER', 'OKTA_CLIENT_ID', 'OKTA_CLIENT_SECRET', 'OKTA_API_TOKEN', 'SESSION_SECRET']) {
      expect(findConfigFaults({ ...real, [name]: '' }), name).toEqual([
        expect.stringMatching(new RegExp(`^${name} is missing`)),
      ]);
    }
  });

  it.each([
    ['BASE_URL', 'http://methods.example.com', 'BASE_URL is not https: set it to the https address that people open'],
    ['BASE_URL', 'https://methods.example.com/portal', 'BASE_URL has a path; the portal has an origin of its own'],
    ['OKTA_ORG_URL', 'http://example.okta.com', 'OKTA_ORG_URL is not https'],
    [
      'NODE_TLS_REJECT_UNAUTHORIZED',
      '0',
      'NODE_TLS_REJECT_UNAUTHORIZED is 0, so that anybody on the way could answer as Okta: unset it',
    ],
    [
      'OKTA_ISSUER',
      'https://elsewhere.example.com/oauth2/default',
      "OKTA_ISSUER is on another origin than OKTA_ORG_URL: set both to the same host, the org's or its custom domain",
    ],
    [
      'OKTA_ORG_URL',
      'https://example.okta.com/oauth2/default',
      'OKTA_ORG_URL has more than an address: write it as https://example.okta.com',
    ],
    ['RATE_LIMITS', 'off', 'RATE_LIMITS may be off only where BASE_URL and HOST are loopback'],
    ['SESSION_SECRET', ' , ', 'SESSION_SECRET is a list without a secret'],
    ['SESSION_SECRET', 'tooshort', 'SESSION_SECRET is too short: 32 bytes or more'],
    ['SESSION_SECRET', 'changeme-changeme-changeme-changeme', 'SESSION_SECRET looks like an example'],
  ])('refuses %s=%s with a real org', (name, value, fault) => {
    expect(findConfigFaults({ ...real, [name]: value })).toContain(fault);
  });

  it('rotates a secret by a list, newest first', () => {
    expect(readConfig({ ...real, SESSION_SECRET: `${'n'.repeat(32)},${secret}` }).sessionSecrets).toEqual([
      'n'.repeat(32),
      secret,
    ]);
  });
});

describe('the credential', () => {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const jwk = JSON.stringify({ ...privateKey.export({ format: 'jwk' }), kid: 'k1' });
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  const { OKTA_API_TOKEN: token, ...withoutToken } = real;
  const app = { ...withoutToken, OKTA_SERVICE_CLIENT_ID: '0oa2' };
  const folder = temporaryFolder();
  const file = join(folder, 'key.json');
  writeFileSync(file, `${jwk}\n`, { mode: 0o600 });

  it('is an API token', () => {
    expect(readConfig(real).okta?.credential).toEqual({ kind: 'ssws', token });
  });

  it.each([
    ['a JWK', jwk, JSON.parse(jwk)],
    ['PEM', pem, pem.trim()],
    ['PEM on one line', pem.replaceAll('\n', '\\n'), pem.trim()],
    ['a file', file, JSON.parse(jwk)],
    ['a file as secrets are named', `@${file}`, JSON.parse(jwk)],
  ])('is a service app, with its key as %s', (_, given, key) => {
    expect(readConfig({ ...app, OKTA_SERVICE_PRIVATE_KEY: given }).okta?.credential).toEqual({
      kind: 'private-key',
      clientId: '0oa2',
      privateKey: key,
      scopes: ['okta.users.read', 'okta.users.manage'],
    });
  });

  it('requires the roles’ scope once there is a helpdesk, and lists its error among the others', () => {
    const [agents, approvers] = ['00gAgents00000000001', '00gApprovers00000001'];
    const helpdesk = {
      HELPDESK_GROUP_ID: agents,
      HELPDESK_APPROVER_GROUP_ID: approvers,
      HELPDESK_SCOPE: `${agents}=${approvers}`,
    };
    const config = readConfig({ ...app, ...helpdesk, OKTA_SERVICE_PRIVATE_KEY: jwk });
    expect(config.okta?.credential).toMatchObject({
      scopes: ['okta.users.read', 'okta.users.manage', 'okta.roles.read'],
    });
    expect(config.helpdesk.groups).toMatchObject({ agentsGroupId: agents, approversGroupId: approvers });
    expect(
      findConfigFaults({ ...helpdesk, HELPDESK_SCOPE: '', HELPDESK_ACR: 'a b', OKTA_LOCKOUT: '1' }).map(
        (fault) => fault.split(' ', 1)[0],
      ),
    ).toEqual(['HELPDESK_ACR', 'OKTA_LOCKOUT', 'HELPDESK_SCOPE']);
  });

  const weak = generateKeyPairSync('rsa', {
    modulusLength: 1024,
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  });
  it.each([
    [
      'another word',
      { OKTA_SERVICE_PRIVATE_KEY: join(folder, 'missing') },
      [/^OKTA_SERVICE_PRIVATE_KEY names the file \/.*missing, which cannot be read: there is none/],
    ],
    ['half a JWK', { OKTA_SERVICE_PRIVATE_KEY: jwk.slice(0, 60) }, ['OKTA_SERVICE_PRIVATE_KEY is no JSON']],
    [
      'a public JWK',
      { OKTA_SERVICE_PRIVATE_KEY: JSON.stringify({ ...JSON.parse(jwk), d: undefined }) },
      [/^OKTA_SERVICE_PRIVATE_KEY is of no use: .* neither a private JWK nor PEM$/],
    ],
    [
      'a weak key',
      { OKTA_SERVICE_PRIVATE_KEY: weak.privateKey },
      [/^OKTA_SERVICE_PRIVATE_KEY is of no use: .* 2048 bits/],
    ],
    ['no key', {}, ['OKTA_SERVICE_PRIVATE_KEY is missing']],
    ['no client', { OKTA_SERVICE_CLIENT_ID: '', OKTA_SERVICE_PRIVATE_KEY: jwk }, ['OKTA_SERVICE_CLIENT_ID is missing']],
    [
      'a token besides',
      { OKTA_API_TOKEN: '00token', OKTA_SERVICE_PRIVATE_KEY: jwk },
      ['OKTA_API_TOKEN and a service app are both set: keep one of them'],
    ],
    [
      'all of it at once',
      { OKTA_API_TOKEN: '00token', OKTA_SERVICE_CLIENT_ID: '', OKTA_SERVICE_PRIVATE_KEY: '{}' },
      [/both set/, /CLIENT_ID is missing/, /neither a private JWK nor PEM/],
    ],
  ] as [string, Record<string, string>, (string | RegExp)[]][])(
    '%s is rejected, without showing the key',
    (_, settings, faults) => {
      const found = findConfigFaults({ ...app, ...settings });
      expect(found).toEqual(faults.map((fault) => expect.stringMatching(fault)));
      expect(found.join()).not.toContain(JSON.parse(jwk).d);
    },
  );
});

describe('a misspelt setting', () => {
  it.each([
    ['HELPDESK_PRIVILEGED_GROUP_ID', 'HELPDESK_PRIVILEGED_GROUP_IDS'],
    ['HELPDESK_APROVER_EMAIL', 'HELPDESK_APPROVER_EMAIL'],
    ['AUDIT_SINKS', 'AUDIT_SINK'],
    ['METRICS_TOKENS', 'METRICS_TOKEN'],
    ['ALARM_EMAILS', 'ALARM_EMAIL'],
    ['SESION_SECRET', 'SESSION_SECRET'],
    ['TRUSTED_PROXY', null],
    ['OKTA_LOGOUT_ISUER', 'OKTA_LOGOUT_ISSUER'],
    ['DATABASE_URLS', 'DATABASE_URL'],
  ])('%s stops the start', (name, nearest) => {
    const faults = nearest === null ? [] : [`${name} is no setting: did you mean ${nearest}?`];
    expect(findConfigFaults({ ...real, [name]: 'x' })).toEqual(faults);
    if (nearest !== null) expect(() => readPlace({ DATA_DIR: '/x', [name]: 'x' })).toThrow(faults[0]!);
  });

  it.each([...removedSettings])('%s, which was one, says what replaced it, in one line', (name, what) => {
    expect(Object.keys(variables)).not.toContain(name);
    expect(what).toMatch(/^is [^\n]+$/);
    expect(findConfigFaults({ ...real, [name]: 'x' })).toEqual([`${name} ${what}`]);
    expect(() => readPlace({ DATA_DIR: '/x', [name]: 'x' })).toThrow(`${name} ${what}`);
  });

  it('is none of what a shell, npm, systemd and Kubernetes set', () => {
    const names =
      'HOME USER SHELL LANG PWD OLDPWD TERM PS1 HOSTNAME LOGNAME PATH TZ EDITOR PGHOST PGPORT PGDATA CI DEBUG ' +
      'npm_config_cache npm_package_name INIT_CWD NODE INVOCATION_ID JOURNAL_STREAM SYSTEMD_EXEC_PID DOCKER_HOST ' +
      'CREDENTIALS_DIRECTORY STATE_DIRECTORY OKTA_CLIENT_ORGURL OKTA_CLIENT_TOKEN KUBERNETES_SERVICE_HOST ' +
      'KUBERNETES_SERVICE_PORT KUBERNETES_SERVICE_PORT_HTTPS KUBERNETES_PORT_443_TCP_ADDR METRICS_SERVICE_HOST ' +
      'METRICS_SERVICE_PORT AUDIT_SINK_PORT_80_TCP_PROTO HELPDESK_SERVICE_PORT_HTTP';
    const usual = {
      ...Object.fromEntries(names.split(' ').map((name) => [name, 'x'])),
      NODE_ENV: 'production',
      KUBERNETES_PORT: 'tcp://10.0.0.1:443',
      KUBERNETES_PORT_443_TCP: 'tcp://x',
      AUDIT_SINK_PORT: 'tcp://10.0.0.2:80',
    };
    expect(findConfigFaults({ ...real, ...usual })).toEqual([]);
    expect(() => readPlace({ ...process.env, ...usual })).not.toThrow();
  });
});
