import { chmodSync, mkdirSync, renameSync, rmSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { makeAuditKey } from '../records/audit-log/kept-key.ts';
import { readConfig } from '../config/config.ts';
import { openSecretFiles } from './secret-files.ts';
import { secretFolder, startFixture } from './testing/fixture.ts';

const { folder, put, remove } = secretFolder();
afterAll(remove);

let fixture: ReturnType<typeof startFixture>;

describe('a file of a secret', () => {
  const token = (): unknown => {
    const credential = fixture.taken.at(-1)?.config.okta?.credential;
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
    fixture = startFixture({ OKTA_API_TOKEN: `@${join(folder, 'token')}` });
    version('..2', '00two');
    symlinkSync('..2', join(folder, '..data_tmp'));
    renameSync(join(folder, '..data_tmp'), join(folder, '..data'));
    rmSync(join(folder, '..1'), { recursive: true });
    await fixture.looks(2);
    expect(token()).toBe('00two');
  });

  it('is left alone while it is being written', async () => {
    const value = put('partial', '00one');
    fixture = startFixture({ OKTA_API_TOKEN: value });
    for (const text of ['0', '00tw', '00two']) {
      writeFileSync(value.slice(1), text);
      await fixture.look();
      expect(fixture.taken).toEqual([]);
    }
    await fixture.look();
    expect(token()).toBe('00two');
  });

  it.each<[string, (file: string) => void, RegExp]>([
    ['empty', (file) => writeFileSync(file, ''), /^SESSION_SECRET/],
    ['too short', (file) => writeFileSync(file, 'short'), /^SESSION_SECRET is too short/],
    ['gone', unlinkSync, /^SESSION_SECRET names a file that cannot be read: there is none$/],
    ['open to others', (file) => chmodSync(file, 0o644), /^SESSION_SECRET names a file that others can read/],
  ])('that is %s keeps the secret before, and is one line of the log', async (_what, spoil, fault) => {
    const value = put('invalid', 'a'.repeat(43));
    fixture = startFixture({ SESSION_SECRET: value, OKTA_API_TOKEN: put('beside', '00one') });
    spoil(value.slice(1));
    await fixture.looks(10);
    expect(fixture.taken).toEqual([]);
    expect(fixture.warnings()).toEqual([
      {
        setting: 'SESSION_SECRET',
        fault: expect.stringMatching(fault),
        text: 'a file has another secret, which is not taken: the one before stays in use',
      },
    ]);
    put('invalid', 'b'.repeat(43));
    await fixture.looks(2);
    expect(fixture.taken.map(({ name, config }) => [name, config.sessionSecrets])).toEqual([
      ['SESSION_SECRET', ['b'.repeat(43)]],
    ]);
  });

  it.each(['METRICS_TOKEN', 'SMTP_URL'])('that is empty does not take %s away', async (name) => {
    fixture = startFixture({
      [name]: put('emptied', name === 'SMTP_URL' ? 'smtps://mail.example.com' : 'sixteen-characters'),
    });
    put('emptied', '');
    await fixture.looks(2);
    expect(fixture.taken).toEqual([]);
    expect(fixture.warnings()).toEqual([expect.objectContaining({ fault: `${name} names an empty file` })]);
  });

  it('whose secret is of no use is tried again later, and each time it is another', async () => {
    fixture = startFixture({ OKTA_API_TOKEN: put('refused', '00one') });
    fixture.refuse('OKTA_API_TOKEN: E0000011');
    put('refused', '00two');
    await fixture.looks(10);
    expect(fixture.warnings()).toEqual([
      expect.objectContaining({ setting: 'OKTA_API_TOKEN', fault: 'OKTA_API_TOKEN: E0000011' }),
    ]);
    fixture.refuse(null);
    await fixture.looks(2);
    expect(fixture.taken).toEqual([]);
    put('refused', '00three');
    await fixture.looks(2);
    expect(token()).toBe('00three');
    fixture.refuse('OKTA_API_TOKEN: unavailable');
    put('refused', '00four');
    await fixture.looks(2);
    fixture.refuse(null);
    await fixture.looks(13);
    expect(token()).toBe('00four');
  });

  it('that is invalid holds back no other, now and later, and is one line of the log', async () => {
    const secret = put('bad', 'a'.repeat(43));
    fixture = startFixture({
      SESSION_SECRET: secret,
      OKTA_API_TOKEN: put('good', '00one'),
      SMTP_URL: put('later', 'smtp://mail.example.com'),
    });
    writeFileSync(secret.slice(1), 'short');
    put('good', '00two');
    await fixture.looks(2);
    put('later', 'smtps://mail.example.com');
    await fixture.looks(30);
    expect(fixture.taken.map(({ name }) => name)).toEqual(['OKTA_API_TOKEN', 'SMTP_URL']);
    expect(fixture.warnings()).toEqual([
      expect.objectContaining({ setting: 'SESSION_SECRET', fault: 'SESSION_SECRET is too short: 32 bytes or more' }),
    ]);
    // Each was handed over together with what else is in use.
    for (const { config } of [...fixture.taken, { config: fixture.announced.at(-1)! }])
      expect(config.sessionSecrets).toEqual(['a'.repeat(43)]);
    expect(fixture.announced.at(-1)).toMatchObject({
      smtpUrl: 'smtps://mail.example.com',
      okta: { credential: { token: '00two' } },
    });
  });

  it('that is refused again and again is one line of the log, beside others, and is not announced', async () => {
    fixture = startFixture({
      OKTA_API_TOKEN: put('refused-one', '00one'),
      OKTA_CLIENT_SECRET: put('taken-one', 'client-one'),
      SESSION_SECRET: put('invalid-one', 'a'.repeat(43)),
    });
    put('invalid-one', 'short');
    fixture.refuse('OKTA_API_TOKEN: E0000011');
    put('refused-one', '00two');
    put('taken-one', 'client-two');
    await fixture.looks(40);
    expect(fixture.taken.map(({ name }) => name)).toEqual(['OKTA_CLIENT_SECRET']);
    expect(fixture.warnings()).toMatchObject([{ setting: 'SESSION_SECRET' }, { setting: 'OKTA_API_TOKEN' }]);
    expect(fixture.announced).toEqual([
      expect.objectContaining({
        okta: expect.objectContaining({ clientSecret: 'client-two', credential: { kind: 'ssws', token: '00one' } }),
      }),
    ]);
  });

  it.each([
    ['METRICS_TOKEN', '@sixteen-characters'],
    ['OKTA_CLIENT_SECRET', "$&$1$`$'"],
  ])('of %s stays in use as it is, whatever it contains', async (name, secret) => {
    fixture = startFixture({ [name]: put('odd', secret), OKTA_API_TOKEN: put('even', '00one') });
    put('even', '00two');
    await fixture.looks(2);
    expect(token()).toBe('00two');
    expect([fixture.announced[0]?.metricsToken, fixture.announced[0]?.okta?.clientSecret]).toContain(secret);
    expect(fixture.warnings()).toEqual([]);
  });

  it('of several keys changes them together, and the others keep theirs', async () => {
    const [one, two] = [makeAuditKey(), makeAuditKey()];
    const keys = `${put('key-one', one)},${put('key-two', two)}`;
    fixture = startFixture({ AUDIT_SIGNING_KEY: keys, OKTA_API_TOKEN: put('token-one', '00one') });
    const before = readConfig(fixture.environment).auditKeys!.map(({ id }) => id);
    put('token-one', '00two');
    await fixture.looks(2);
    expect(fixture.announced.at(-1)?.auditKeys?.map(({ id }) => id)).toEqual(before);
    put('key-one', makeAuditKey());
    await fixture.looks(2);
    const after = fixture.announced.at(-1)!.auditKeys!.map(({ id }) => id);
    expect([after[0] === before[0], after[1]]).toEqual([false, before[1]]);
  });

  it('that changed before the settings were read is not missed', async () => {
    const value = put('early', '00one');
    fixture = startFixture({ OKTA_API_TOKEN: value });
    const files = openSecretFiles(fixture.environment);
    put('early', '00two');
    const { credential } = readConfig(fixture.environment).okta!;
    expect(credential).toMatchObject({ token: '00two' });
    expect(files.first.get('OKTA_API_TOKEN')?.state).toContain('00one');
  });
});
