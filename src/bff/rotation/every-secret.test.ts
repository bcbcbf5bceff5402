import { generateKeyPairSync } from 'node:crypto';
import { afterAll, expect, it } from 'vitest';
import { makeAuditKey } from '../records/audit-log/kept-key.ts';
import { secretSettings, type Config, type SecretSetting } from '../config/config.ts';
import { rotations } from './rotations.ts';
import { secretFolder, startFixture } from './testing/fixture.ts';
import { real } from '../config/testing/real-org.ts';

const { put, remove } = secretFolder();
afterAll(remove);

const appKey = () =>
  JSON.stringify(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' }));

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
    const { looks, taken, lines, warnings } = startFixture({ ...others, [name]: put(name, values[0]) });
    await looks(2);
    expect([taken, lines]).toEqual([[], []]);
    put(name, values[1]);
    await looks(4);
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
