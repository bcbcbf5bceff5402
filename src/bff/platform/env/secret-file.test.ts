import { execFileSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { makeAuditKey } from '../../records/audit-log/kept-key.ts';
import { readAuditKeys } from '../../records/audit-log/keys.ts';
import { readConfig, secretSettings } from '../../config/config.ts';
import { readSecret } from './secret-file.ts';
import { findConfigFaults } from '../../config/testing/find-config-faults.ts';
import { real } from '../../config/testing/real-org.ts';
import { temporaryFolder } from '#testing/programs/temporary-folder.ts';

const folder = temporaryFolder();
function fileOf(text: string, mode = 0o600): string {
  const file = join(folder, `secret-${mode.toString(8)}-${text.length}-${Math.abs(text.charCodeAt(0))}`);
  writeFileSync(file, `${text}\n`);
  chmodSync(file, mode);
  return file;
}

describe('a secret’s file', () => {
  it.each([0o600, 0o400, 0o640, 0o440])('with mode %o is accepted', (mode) => {
    expect(readSecret(`@${fileOf('kept to its owner', mode)}`)).toBe('kept to its owner');
  });

  it.each([0o644, 0o604, 0o666, 0o660, 0o620, 0o602])(
    '[P3] with mode %o, which others can read or change, is rejected without showing its text',
    (mode) => {
      expect(() => readSecret(`@${fileOf('seen by others', mode)}`, undefined, () => false)).toThrow(
        new RegExp(`^names a file that others can read or change \\(mode 0${mode.toString(8)}\\): chmod g-w,o= it$`),
      );
    },
  );

  it('[P3] that others can read on a read-only mount is accepted with a warning', () => {
    const warnings: string[] = [];
    expect(
      readSecret(
        `@${fileOf('mounted by Kubernetes', 0o644)}`,
        (what) => warnings.push(what),
        () => true,
      ),
    ).toBe('mounted by Kubernetes');
    expect(warnings).toEqual([
      'names a file that others can read or change (mode 0644); its mount is read-only, so it is taken all the same',
    ]);
  });

  it('that is missing, or a folder, is rejected', () => {
    expect(() => readSecret(`@${join(folder, 'missing')}`)).toThrow(
      `names the file ${join(folder, 'missing')}, which cannot be read: there is none`,
    );
    expect(() => readSecret(`@${folder}`)).toThrow('names a file that cannot be read');
  });
});

it('a secret’s pipe, device or large file is rejected, and stops nothing', () => {
  const [pipe, large] = [join(folder, 'pipe'), join(folder, 'large')];
  execFileSync('mkfifo', ['-m', '600', pipe]);
  writeFileSync(large, 'x'.repeat(64 * 1024 + 1), { mode: 0o600 });
  for (const file of [pipe, '/dev/zero'])
    expect(() => readSecret(`@${file}`)).toThrow('names a file that cannot be read');
  expect(() => readSecret(`@${large}`)).toThrow('names a file of more than 64 kB');
});

it('a secret’s empty file is not the same as no setting', () => {
  expect(() => readSecret(`@${fileOf('')}`)).toThrow('names an empty file');
});

describe('settings with a secret', () => {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const key = JSON.stringify({ ...privateKey.export({ format: 'jwk' }), kid: 'k1' });
  const auditKey = makeAuditKey().trim();
  const app = { ...real, OKTA_API_TOKEN: '', OKTA_SERVICE_CLIENT_ID: '0oa2' };
  /** `with`: the settings that the secret needs. */
  const secrets: Record<
    string,
    { with: Record<string, string>; value: string; of(config: ReturnType<typeof readConfig>): unknown; is?: unknown }
  > = {
    SESSION_SECRET: { with: real, value: 's'.repeat(43), of: ({ sessionSecrets }) => sessionSecrets?.[0] },
    OKTA_CLIENT_SECRET: { with: real, value: 'another-client-secret', of: ({ okta }) => okta?.clientSecret },
    OKTA_API_TOKEN: {
      with: real,
      value: '00anothertoken',
      of: ({ okta }) => okta?.credential.kind === 'ssws' && okta.credential.token,
    },
    OKTA_SERVICE_PRIVATE_KEY: {
      with: app,
      value: key,
      of: ({ okta }) => okta?.credential.kind === 'private-key' && okta.credential.privateKey,
      is: JSON.parse(key),
    },
    AUDIT_SIGNING_KEY: {
      with: real,
      value: auditKey,
      of: ({ auditKeys }) => auditKeys?.[0]?.id,
      is: readAuditKeys(auditKey)[0]!.id,
    },
    SMTP_URL: { with: real, value: 'smtps://user:password@mail.example.com', of: ({ smtpUrl }) => smtpUrl },
    METRICS_TOKEN: { with: real, value: 'sixteen-characters', of: ({ portal }) => portal.metricsToken },
    AUDIT_SINK_SECRET: {
      with: { ...real, AUDIT_SINK: 'https://siem.example.com/audit' },
      value: 'a-secret-of-the-sink-with-32-characters',
      of: ({ auditSink }) => auditSink?.secrets.join(),
    },
    DATABASE_URL: {
      with: real,
      value: 'postgres://latchkey:a-password@db.example.com/latchkey',
      of: ({ database }) => database?.password,
      is: 'a-password',
    },
    EMULATOR_CLIENT_SECRET: { with: {}, value: 'sixteen-characters', of: ({ demo }) => demo?.clientSecret },
    EMULATOR_API_TOKEN: { with: {}, value: 'sixteen-characters', of: ({ demo }) => demo?.apiToken },
  };
  it.each(Object.entries(secrets))(
    '[P3] %s works as @file, and a file that others can read stops the start',
    (name, { with: others, value, of, is = value }) => {
      expect(of(readConfig({ ...others, [name]: `@${fileOf(value)}` }))).toEqual(is);
      const faults = findConfigFaults({ ...others, [name]: `@${fileOf(value, 0o644)}` });
      expect(faults).toContainEqual(expect.stringMatching(new RegExp(`^${name} names a file that others can read`)));
      expect(faults.join('\n')).not.toContain(value);
    },
  );

  it('are all settings of docs/settings.md that contain a secret', () => {
    const page = readFileSync(join(import.meta.dirname, '../../../../docs/settings.md'), 'utf8');
    const tables = page.slice(0, page.indexOf('\n## Secrets'));
    const named = [
      ...tables.matchAll(/`([A-Z_]*(?:SECRET|TOKEN|PRIVATE_KEY|SIGNING_KEY|SMTP_URL|DATABASE_URL))`/g),
    ].map(([, name]) => name!);
    expect(named.length).toBeGreaterThan(6);
    for (const name of named) expect(Object.keys(secrets), name).toContain(name);
    for (const name of secretSettings) expect(named, name).toContain(name);
  });

  it.each([
    ['SESSION_SECRET', 'x'.repeat(31)],
    ['EMULATOR_CLIENT_SECRET', 'x'.repeat(15)],
    ['EMULATOR_API_TOKEN', 'x'.repeat(15)],
  ])('[P3] %s is made by us, and rejected when it is too short', (name, value) => {
    expect(findConfigFaults({ [name]: value })).toEqual([expect.stringMatching(new RegExp(`^${name} is too short`))]);
  });
});
