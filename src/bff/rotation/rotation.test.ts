import { generateKeyPairSync } from 'node:crypto';
import { chmodSync, mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { makeAuditKey } from '../audit-log/kept-key.ts';
import { readConfig, secretSettings, type Config, type SecretSetting } from '../config/config.ts';
import { createRotation } from './rotation.ts';
import { rotations, type Takers } from './rotations.ts';
import { openSecretFiles } from './secret-files.ts';

const folder = mkdtempSync(join(tmpdir(), 'latchkey-rotation-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const appKey = () =>
  JSON.stringify(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' }));
const real = {
  BASE_URL: 'https://methods.example.com',
  OKTA_ORG_URL: 'https://example.okta.com',
  OKTA_ISSUER: 'https://example.okta.com/oauth2/default',
  OKTA_CLIENT_ID: '0oa1',
  OKTA_CLIENT_SECRET: 'client-secret',
  OKTA_API_TOKEN: '00token',
  SESSION_SECRET: 'k'.repeat(43),
  AUDIT_SIGNING_KEY: makeAuditKey(),
};

let environment: Record<string, string>;
let taken: { name: string; config: Config }[];
let lines: { level: string; about: object; text: string }[];
/** Why a taker refuses; null: it does not. */
let refusal: string | null;
let look: () => Promise<void>;
/** Two looks: a text counts when the second finds it again. */
const lookTwice = async () => {
  await look();
  await look();
};
const warnings = () => lines.filter(({ level }) => level === 'warn').map(({ about, text }) => ({ ...about, text }));

const put = (name: string, text: string): string => {
  const file = join(folder, name);
  writeFileSync(`${file}.new`, text, { mode: 0o600 });
  renameSync(`${file}.new`, file);
  return `@${file}`;
};

function begin(settings: Record<string, string>): void {
  environment = { ...real, ...settings };
  const takers = Object.fromEntries(
    secretSettings.map((name) => [
      name,
      (config: Config) => {
        if (refusal !== null) throw new Error(refusal);
        taken.push({ name, config });
      },
    ]),
  ) as unknown as Takers;
  const log = (level: string) => (about: object, text: string) => void lines.push({ level, about, text });
  const logger = { info: log('info'), warn: log('warn') };
  const files = openSecretFiles(environment);
  ({ look } = createRotation({ environment, files, takers, logger }));
}

beforeEach(() => {
  taken = [];
  lines = [];
  refusal = null;
});

/** Each secret with other settings that it needs, two values, and where the configuration has it. */
const cases: Record<
  SecretSetting,
  { with?: Record<string, string>; values: [string, string]; of(config: Config): unknown; is?: unknown }
> = {
  SESSION_SECRET: {
    values: ['s'.repeat(43), `${'t'.repeat(43)},${'s'.repeat(43)}`],
    of: ({ sessionSecrets }) => sessionSecrets?.[0],
    is: 't'.repeat(43),
  },
  AUDIT_SIGNING_KEY: {
    values: [real.AUDIT_SIGNING_KEY, `${makeAuditKey()}${real.AUDIT_SIGNING_KEY}`],
    of: ({ auditKeys }) => auditKeys?.length,
    is: 2,
  },
  OKTA_CLIENT_SECRET: { values: ['one-secret', 'another-secret'], of: ({ okta }) => okta?.clientSecret },
  OKTA_API_TOKEN: {
    values: ['00one', '00another'],
    of: ({ okta }) => okta?.credential.kind === 'ssws' && okta.credential.token,
  },
  OKTA_SERVICE_PRIVATE_KEY: {
    with: { OKTA_API_TOKEN: '', OKTA_SERVICE_CLIENT_ID: '0oa2' },
    values: [appKey(), appKey()],
    of: ({ okta }) => okta?.credential.kind === 'private-key' && JSON.stringify(okta.credential.privateKey),
  },
  METRICS_TOKEN: {
    values: ['sixteen-characters', 'sixteen-characters-more'],
    of: ({ metricsToken }) => metricsToken,
  },
  AUDIT_SINK_SECRET: {
    with: { AUDIT_SINK: 'https://siem.example.com/audit' },
    values: ['the-first-secret-of-the-sink-32-characters', 'the-other-secret-of-the-sink-32-characters'],
    of: ({ auditSink }) => auditSink?.kind === 'webhook' && auditSink.secrets.join(),
  },
  SMTP_URL: {
    values: ['smtps://user:one@mail.example.com', 'smtps://user:two@mail.example.com'],
    of: ({ smtpUrl }) => smtpUrl,
  },
  DATABASE_URL: {
    values: ['postgres://latchkey:one@db.example.com/latchkey', 'postgres://latchkey:two@db.example.com/latchkey'],
    of: ({ database }) => database?.password,
    is: 'two',
  },
  EMULATOR_CLIENT_SECRET: {
    with: { OKTA_ORG_URL: '', BASE_URL: '' },
    values: ['sixteen-characters', 'sixteen-characters-more'],
    of: ({ demo }) => demo?.clientSecret,
  },
  EMULATOR_API_TOKEN: {
    with: { OKTA_ORG_URL: '', BASE_URL: '' },
    values: ['sixteen-characters', 'sixteen-characters-more'],
    of: ({ demo }) => demo?.apiToken,
  },
};

it.each(secretSettings)(
  '[P5] %s is taken from its file without a restart, or the log says why it needs one',
  async (name) => {
    const { with: others = {}, values, of, is = values[1] } = cases[name];
    begin({ ...others, [name]: put(name, values[0]) });
    await lookTwice();
    expect([taken, lines]).toEqual([[], []]);
    put(name, values[1]);
    await lookTwice();
    await lookTwice();
    const rotation = rotations[name];
    if (rotation !== 'taken') {
      expect(taken).toEqual([]);
      expect(warnings()).toEqual([
        { setting: name, text: `a file has another secret, which needs a restart: ${rotation.restart}` },
      ]);
      return;
    }
    expect(taken.map((one) => [one.name, of(one.config)])).toEqual([[name, is]]);
    expect(lines).toEqual([{ level: 'info', about: { setting: name }, text: 'a new secret was taken from its file' }]);
  },
);

describe('a file of a secret', () => {
  const token = (): unknown => {
    const credential = taken.at(-1)?.config.okta?.credential;
    return credential?.kind === 'ssws' ? credential.token : null;
  };

  it('is followed through the links that Kubernetes replaces', async () => {
    const version = (name: string, text: string) => {
      mkdirSync(join(folder, name));
      writeFileSync(join(folder, name, 'token'), text, { mode: 0o600 });
    };
    version('..1', '00one');
    symlinkSync('..1', join(folder, '..data'));
    symlinkSync('..data/token', join(folder, 'token'));
    begin({ OKTA_API_TOKEN: `@${join(folder, 'token')}` });
    version('..2', '00two');
    symlinkSync('..2', join(folder, '..data_tmp'));
    renameSync(join(folder, '..data_tmp'), join(folder, '..data'));
    rmSync(join(folder, '..1'), { recursive: true });
    await lookTwice();
    expect(token()).toBe('00two');
  });

  it('is left alone while it is being written', async () => {
    const value = put('partial', '00one');
    begin({ OKTA_API_TOKEN: value });
    for (const text of ['0', '00tw', '00two']) {
      writeFileSync(value.slice(1), text);
      await look();
      expect(taken).toEqual([]);
    }
    await look();
    expect(token()).toBe('00two');
  });

  it.each<[string, (file: string) => void, RegExp]>([
    ['empty', (file) => writeFileSync(file, ''), /^SESSION_SECRET/],
    ['too short', (file) => writeFileSync(file, 'short'), /^SESSION_SECRET is too short/],
    ['gone', unlinkSync, /^SESSION_SECRET names a file that cannot be read$/],
    ['open to others', (file) => chmodSync(file, 0o644), /^SESSION_SECRET names a file that others can read/],
  ])('that is %s keeps the secret before, and is one line of the log', async (_what, spoil, fault) => {
    const value = put('invalid', 'a'.repeat(43));
    begin({ SESSION_SECRET: value, OKTA_API_TOKEN: put('beside', '00one') });
    spoil(value.slice(1));
    for (let looks = 0; looks < 10; looks += 1) await look();
    expect(taken).toEqual([]);
    expect(warnings()).toEqual([
      {
        faults: [expect.stringMatching(fault)],
        text: 'a file has another secret, which is not taken: the one before stays in use',
      },
    ]);
    put('invalid', 'b'.repeat(43));
    await lookTwice();
    expect(taken.map(({ name, config }) => [name, config.sessionSecrets])).toEqual([
      ['SESSION_SECRET', ['b'.repeat(43)]],
    ]);
  });

  it.each(['METRICS_TOKEN', 'SMTP_URL'])('that is empty does not take %s away', async (name) => {
    begin({ [name]: put('emptied', name === 'SMTP_URL' ? 'smtps://mail.example.com' : 'sixteen-characters') });
    put('emptied', '');
    await lookTwice();
    expect(taken).toEqual([]);
    expect(warnings()).toEqual([expect.objectContaining({ faults: [`${name} names an empty file`] })]);
  });

  it('whose secret is of no use is tried again later, and each time it is another', async () => {
    begin({ OKTA_API_TOKEN: put('refused', '00one') });
    refusal = 'E0000011';
    put('refused', '00two');
    for (let looks = 0; looks < 10; looks += 1) await look();
    expect(warnings()).toEqual([expect.objectContaining({ faults: ['OKTA_API_TOKEN: E0000011'] })]);
    refusal = null;
    await lookTwice();
    expect(taken).toEqual([]);
    put('refused', '00three');
    await lookTwice();
    expect(token()).toBe('00three');
    refusal = 'unavailable';
    put('refused', '00four');
    await lookTwice();
    refusal = null;
    for (let looks = 0; looks < 13; looks += 1) await look();
    expect(token()).toBe('00four');
  });

  it('that changed before the settings were read is not missed', async () => {
    const value = put('early', '00one');
    begin({ OKTA_API_TOKEN: value });
    const files = openSecretFiles(environment);
    put('early', '00two');
    const { credential } = readConfig(environment).okta!;
    expect(credential).toMatchObject({ token: '00two' });
    expect(files.first.get('OKTA_API_TOKEN')).toContain('00one');
  });
});
