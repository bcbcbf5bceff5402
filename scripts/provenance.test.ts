import { execFileSync, spawnSync } from 'node:child_process';
import { generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { encoded, faultsOf, open, seal, signBuild, sourceOf, statementOf, type Envelope } from './provenance.ts';
import { root } from './step.ts';

const COMMIT = 'a'.repeat(40);
const ed25519 = generateKeyPairSync('ed25519');
const p256 = generateKeyPairSync('ec', { namedCurve: 'P-256' });

let folder: string;
const put = (name: string, text: string) => writeFileSync(join(folder, name), text);
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'latchkey-provenance-'));
  for (const part of ['bin', 'dist/client', 'src']) mkdirSync(join(folder, part), { recursive: true });
  for (const name of ['bin/latchkey', 'dist/server.js', 'dist/client/a.js', 'package.json', 'package-lock.json'])
    put(name, `the text of ${name}`);
  put('src/server.ts', 'not part of what runs');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const signed = (key: KeyObject = ed25519.privateKey, clean = true): Envelope =>
  seal(statementOf(folder, { commit: COMMIT, clean }, key), key);
const faults = (envelope = signed(), key = ed25519.publicKey) => {
  const text = JSON.stringify(envelope);
  return () => faultsOf(open(text, key), folder, COMMIT);
};

test('[C3] a build that is as it was signed has no fault; by one key, equal builds have equal provenance', () => {
  expect(faults()()).toEqual([]);
  expect(faults(signed(p256.privateKey), p256.publicKey)()).toEqual([]);
  expect(signed()).toEqual(signed());
  const { subject, predicate } = open(JSON.stringify(signed()), ed25519.publicKey);
  expect(subject.map(({ name }) => name)).toEqual([
    'bin/latchkey',
    'dist/client/a.js',
    'dist/server.js',
    'package.json',
  ]);
  expect(predicate.runDetails.builder.version.node).toBe(process.versions.node);
});

test.each<[string, () => void, string[]]>([
  ['a changed file', () => put('dist/server.js', 'another text'), ['dist/server.js is another one']],
  ['a missing file', () => rmSync(join(folder, 'dist/client/a.js')), ['dist/client/a.js is missing']],
  [
    'no build at all',
    () => rmSync(join(folder, 'dist'), { recursive: true }),
    ['dist/client/a.js is missing', 'dist/server.js is missing'],
  ],
  ['an additional file', () => put('dist/client/b.js', 'more'), ['dist/client/b.js was not built']],
  ['another start script', () => put('bin/latchkey', 'exec something'), ['bin/latchkey is another one']],
  [
    'a link in the place of a file',
    () => {
      renameSync(join(folder, 'dist/server.js'), join(folder, 'server.js'));
      symlinkSync('../server.js', join(folder, 'dist/server.js'));
    },
    ['dist/server.js is another one'],
  ],
  ['a link to a folder', () => symlinkSync('../src', join(folder, 'dist/more')), ['dist/more was not built']],
  ['other packages', () => put('package-lock.json', '{}'), ['package-lock.json is another one']],
])('[C3] verifying finds %s', (_what, plant, expected) => {
  const check = faults();
  plant();
  expect(check()).toEqual(expected);
});

test('[C3] an image needs no lock file', () => {
  const check = faults();
  rmSync(join(folder, 'package-lock.json'));
  expect(check()).toEqual([]);
});

test('[C3] verifying refuses another commit, and sources that no commit has', () => {
  const text = JSON.stringify(signed());
  expect(faultsOf(open(text, ed25519.publicKey), folder, 'b'.repeat(40))).toEqual([
    `it was built from commit ${COMMIT}, not ${'b'.repeat(40)}`,
  ]);
  expect(faults(signed(ed25519.privateKey, false))()).toEqual([
    'it was built from sources with changes that are in no commit',
  ]);
});

test('[C3] verifying refuses a wrong key, an edited statement, and a signature of something else', () => {
  const good = signed();
  const edited = Buffer.from(Buffer.from(good.payload, 'base64').toString().replace('a.js', 'b.js')).toString('base64');
  const other = generateKeyPairSync('ed25519');
  const bytes = Buffer.from(good.payload, 'base64');
  const bare = sign(null, bytes, ed25519.privateKey).toString('base64');
  const wrong: [Envelope, KeyObject][] = [
    [good, other.publicKey],
    [good, p256.publicKey],
    [{ ...good, payload: edited }, ed25519.publicKey],
    [{ ...good, signatures: [] }, ed25519.publicKey],
    // A signature of the bytes alone could have been made for another purpose.
    [{ ...good, signatures: [{ sig: bare }] }, ed25519.publicKey],
  ];
  for (const [envelope, key] of wrong) expect(faults(envelope, key)).toThrow('this key did not sign it');
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
  expect(faults(good, rsa.publicKey)).toThrow('the key is neither Ed25519 nor P-256');
});

test('[C3] verifying refuses what this key signed for another purpose', () => {
  const statement = statementOf(folder, { commit: COMMIT, clean: true }, ed25519.privateKey);
  const other = { ...statement, predicateType: 'https://slsa.dev/verification_summary/v1' } as never;
  const empty = { ...statement, subject: [] };
  for (const envelope of [seal(other, ed25519.privateKey), seal(empty, ed25519.privateKey)])
    expect(faults(envelope)).toThrow('it is no signed provenance of a build of Latchkey');
  expect(faults({ ...signed(), payloadType: 'text/plain' } as never)).toThrow('it is no signed provenance');
});

test('[C3] signs what DSSE says: the vector of its specification', () => {
  const text = encoded('http://example.com/HelloWorld', Buffer.from('hello world')).toString();
  expect(text).toBe('DSSEv1 29 http://example.com/HelloWorld 11 hello world');
});

test.each<[string, () => void, boolean]>([
  ['a clone', () => {}, true],
  ['a changed file', () => put('package.json', 'other'), false],
  ['a file that git does not know', () => put('src/new.ts', ''), false],
  ['a file that git ignores and the build reads', () => put('src/new.log', ''), false],
  ['what an earlier build left', () => put('dist/old.js', ''), true],
])('[C3] signing sees whether %s is in the commit, and refuses what is not', (_what, change, clean) => {
  put('.gitignore', 'dist/\n*.log\n');
  const git = (...words: string[]) =>
    execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@example.com', ...words], {
      cwd: folder,
      encoding: 'utf8',
    });
  git('init', '--quiet');
  git('add', '.');
  git('commit', '--quiet', '--message=a');
  change();
  expect(sourceOf(folder)).toEqual({ commit: git('rev-parse', 'HEAD').trim(), clean });
  if (clean) return;
  const key = join(folder, '.git/key.pem');
  writeFileSync(key, ed25519.privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });
  expect(() => signBuild(key, join(folder, '.git/made.json'), folder)).toThrow('take a new clone');
});

test('[C3] npm run provenance says in one line what is wrong, and shows nothing of a key', () => {
  const run = (...words: string[]) => {
    const { status, stderr } = spawnSync(process.execPath, ['scripts/provenance.ts', ...words], {
      cwd: root,
      encoding: 'utf8',
    });
    return { status, stderr: stderr.replaceAll(folder, '') };
  };
  const key = join(folder, 'key.pem');
  writeFileSync(key, ed25519.privateKey.export({ type: 'pkcs8', format: 'pem' }));
  const file = join(folder, 'made.json');
  writeFileSync(file, JSON.stringify(signed()));
  chmodSync(key, 0o644);
  expect(run('sign', '--key', key, file).stderr).toMatch(
    /^--key names a file that others can read or change \(mode 0644\)/,
  );
  chmodSync(key, 0o600);
  expect(run('sign', '--key', key, file)).toEqual({
    status: 1,
    stderr: '/made.json exists already: name a new file\n',
  });
  writeFileSync(key, 'secret words');
  expect(run('verify', '--key', key, file)).toEqual({ status: 1, stderr: '--key /key.pem has no such key in PEM\n' });
  expect(run('verify', file).stderr).toMatch(/^sign --key KEY FILE, or verify/);
  const pem = ed25519.publicKey.export({ type: 'spki', format: 'pem' });
  writeFileSync(key, pem);
  const copy = join(folder, 'copy');
  for (const part of ['bin', 'dist', 'package.json']) cpSync(join(folder, part), join(copy, part), { recursive: true });
  expect(run('verify', '--key', key, '--commit', COMMIT, file, copy)).toEqual({ status: 0, stderr: '' });
  rmSync(join(copy, 'dist/server.js'));
  expect(run('verify', '--key', key, '--commit', COMMIT, file, copy)).toEqual({
    status: 1,
    stderr: 'dist/server.js is missing\n',
  });
  for (let n = 0; n < 30; n += 1) writeFileSync(join(copy, `dist/${n}.js`), '');
  const { stderr } = run('verify', '--key', key, '--commit', COMMIT, file, copy);
  expect([stderr.split('\n').length, stderr]).toEqual([22, expect.stringMatching(/\n… and 11 more\n$/)]);
  // Without a name, the commit is the one that is checked out here.
  expect(run('verify', '--key', key, file, copy).stderr).toMatch(/^it was built from commit a{40}, not [\da-f]{40}$/m);
});
