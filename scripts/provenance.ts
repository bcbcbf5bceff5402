/**
 * `npm run provenance -- sign --key KEY FILE` builds these sources anew and writes into FILE what was built, from which
 * commit, packages and Node: an in-toto statement with SLSA's provenance, in a DSSE envelope that the releaser's private
 * KEY signs. `npm run provenance -- verify --key KEY [--commit COMMIT] FILE [FOLDER]` compares the build in a folder
 * (these sources, or an image's `/app`) with it, by the public KEY. The commit is the one that is checked out here, or
 * the named one. The exit code is 0 when everything agrees, else 1.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash, createPrivateKey, createPublicKey, sign, verify, type KeyObject } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { readSecret, SecretFileError } from '#bff/platform/env/secret-file.ts';
import { root } from './step.ts';

/** What runs: the image copies these, and an operator's folder has them. */
const built = ['bin', 'dist', 'package.json'];
/** What the build reads. Git may ignore a file here and the build would still read it. */
const sources = /^(?:bin|public|scripts|src)\//;

const LOCK = 'package-lock.json';

const PAYLOAD_TYPE = 'application/vnd.in-toto+json';
const STATEMENT = 'https://in-toto.io/Statement/v1';
const PREDICATE = 'https://slsa.dev/provenance/v1';
/** Our way to build; docs/adr/0059 describes it. */
const BUILD = 'urn:x-latchkey:npm-run-build:v1';

/** A build of something else differs in hundreds of files. */
const MOST_SHOWN = 20;

/** Says what is wrong; it is printed without a stack. */
class Refusal extends Error {}

const hash = (bytes: Buffer, as: 'hex' | 'base64url' = 'hex') => createHash('sha256').update(bytes).digest(as);
const spki = (key: KeyObject) => createPublicKey(key as never).export({ type: 'spki', format: 'der' });

const sha256 = z.string().regex(/^[\da-f]{64}$/);
const Envelope = z.object({
  payloadType: z.literal(PAYLOAD_TYPE),
  payload: z.base64(),
  signatures: z.array(z.object({ keyid: z.string().optional(), sig: z.base64() })),
});
export type Envelope = z.infer<typeof Envelope>;

const Statement = z.object({
  _type: z.literal(STATEMENT),
  subject: z.array(z.object({ name: z.string(), digest: z.object({ sha256 }) })).min(1),
  predicateType: z.literal(PREDICATE),
  predicate: z.object({
    buildDefinition: z.object({
      buildType: z.literal(BUILD),
      externalParameters: z.object({}),
      resolvedDependencies: z.tuple([
        z.object({
          name: z.literal('sources'),
          digest: z.object({ gitCommit: z.string() }),
          annotations: z.object({ clean: z.boolean() }),
        }),
        z.object({ name: z.literal(LOCK), digest: z.object({ sha256 }) }),
      ]),
    }),
    runDetails: z.object({
      builder: z.object({ id: z.string(), version: z.object({ node: z.string(), platform: z.string() }) }),
    }),
  }),
});
export type Statement = z.infer<typeof Statement>;

/** What is in a folder, links unfollowed. */
const within = (folder: string): { path: string; isFile: boolean }[] =>
  readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? within(path) : { path, isFile: entry.isFile() };
  });

/** Each built file's digest, by name. What is no regular file, such as a link, has none that could agree. */
function filesOf(folder: string): Map<string, string> {
  const found = built
    .map((part) => join(folder, part))
    .filter((path) => existsSync(path))
    .flatMap((path) => (statSync(path).isDirectory() ? within(path) : { path, isFile: true }))
    .map(({ path, isFile }) => ({ name: relative(folder, path).replaceAll(sep, '/'), path, isFile }))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));
  return new Map(found.map(({ name, path, isFile }) => [name, isFile ? hash(readFileSync(path)) : 'no file']));
}

type Source = { commit: string; clean: boolean };

/** The commit that is checked out in a folder, and whether everything that is built is in it. */
export function sourceOf(folder: string): Source {
  const git = (...words: string[]) =>
    execFileSync('git', words, { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  try {
    const states = git('status', '--porcelain', '-z', '--untracked-files=all', '--ignored=matching').split('\0');
    const changes = states.filter((one) => one !== '' && (!one.startsWith('!! ') || sources.test(one.slice(3))));
    return { commit: git('rev-parse', 'HEAD').trim(), clean: changes.length === 0 };
  } catch {
    throw new Refusal(`${folder} is no clone of the repository, so git cannot say which commit it is`);
  }
}

/** What was built in a folder. It has no time in it: equal builds by one key have equal statements. */
export const statementOf = (folder: string, { commit, clean }: Source, key: KeyObject): Statement => ({
  _type: STATEMENT,
  subject: [...filesOf(folder)].map(([name, digest]) => ({ name, digest: { sha256: digest } })),
  predicateType: PREDICATE,
  predicate: {
    buildDefinition: {
      buildType: BUILD,
      externalParameters: {},
      resolvedDependencies: [
        { name: 'sources', digest: { gitCommit: commit }, annotations: { clean } },
        { name: LOCK, digest: { sha256: hash(readFileSync(join(folder, LOCK))) } },
      ],
    },
    runDetails: {
      builder: {
        // Whoever has the key: a name of RFC 6920.
        id: `ni:///sha-256;${hash(spki(key), 'base64url')}`,
        version: { node: process.versions.node, platform: `${process.platform}-${process.arch}` },
      },
    },
  },
});

/** What DSSE signs of a payload: its "pre-authentication encoding". */
export const encoded = (type: string, payload: Buffer): Buffer =>
  Buffer.concat([Buffer.from(`DSSEv1 ${Buffer.byteLength(type)} ${type} ${payload.length} `), payload]);

/** Ed25519 has its own digest. */
function digestFor({ asymmetricKeyType, asymmetricKeyDetails }: KeyObject): null | 'sha256' {
  if (asymmetricKeyType === 'ed25519') return null;
  if (asymmetricKeyType === 'ec' && asymmetricKeyDetails?.namedCurve === 'prime256v1') return 'sha256';
  throw new Refusal('the key is neither Ed25519 nor P-256');
}

export function seal(statement: Statement, key: KeyObject): Envelope {
  const payload = Buffer.from(JSON.stringify(statement));
  const sig = sign(digestFor(key), encoded(PAYLOAD_TYPE, payload), key).toString('base64');
  return {
    payloadType: PAYLOAD_TYPE,
    payload: payload.toString('base64'),
    signatures: [{ keyid: hash(spki(key)), sig }],
  };
}

/** The statement in an envelope that this key signed. Throws a Refusal. */
export function open(text: string, key: KeyObject): Statement {
  const digest = digestFor(key);
  try {
    const { payloadType, payload, signatures } = Envelope.parse(JSON.parse(text));
    const bytes = Buffer.from(payload, 'base64');
    const signed = encoded(payloadType, bytes);
    // Nothing is read before its signature is known to be right.
    if (!signatures.some(({ sig }) => verify(digest, signed, key, Buffer.from(sig, 'base64'))))
      throw new Refusal('this key did not sign it');
    return Statement.parse(JSON.parse(bytes.toString()));
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof z.ZodError)
      throw new Refusal('it is no signed provenance of a build of Latchkey');
    throw error;
  }
}

/** What in a folder does not agree with a statement; empty: everything does. */
export function faultsOf({ subject, predicate }: Statement, folder: string, commit: string): string[] {
  const [from, lock] = predicate.buildDefinition.resolvedDependencies;
  const here = filesOf(folder);
  // An image has no lock file, and needs none: its packages are in what was built.
  const lockFile = join(folder, LOCK);
  if (existsSync(lockFile)) here.set(LOCK, hash(readFileSync(lockFile)));
  const named = new Map(subject.map(({ name, digest }) => [name, digest.sha256]));
  if (here.has(LOCK)) named.set(LOCK, lock.digest.sha256);
  return [
    ...(from.digest.gitCommit === commit ? [] : [`it was built from commit ${from.digest.gitCommit}, not ${commit}`]),
    ...(from.annotations.clean ? [] : ['it was built from sources with changes that are in no commit']),
    ...[...named].flatMap(([name, digest]) => {
      if (!here.has(name)) return [`${name} is missing`];
      return here.get(name) === digest ? [] : [`${name} is another one`];
    }),
    ...[...here.keys()].filter((name) => !named.has(name)).map((name) => `${name} was not built`),
  ];
}

function readKey(file: string, read: () => KeyObject): KeyObject {
  try {
    return read();
  } catch (error) {
    // The parser's message may contain the key.
    throw new Refusal(`--key ${error instanceof SecretFileError ? error.message : `${file} has no such key in PEM`}`);
  }
}

/** Builds the sources of a folder, and writes their signed provenance. Throws a Refusal. */
export function signBuild(keyFile: string, file: string, folder = root): string[] {
  const key = readKey(keyFile, () => createPrivateKey(readSecret(`@${keyFile}`) ?? ''));
  digestFor(key);
  if (existsSync(file)) throw new Refusal(`${file} exists already: name a new file`);
  const source = sourceOf(folder);
  if (!source.clean)
    throw new Refusal(`${folder} has changes that are in no commit, so nobody could verify it: take a new clone`);
  // What is there may come from elsewhere.
  rmSync(join(folder, 'dist'), { recursive: true, force: true });
  const { status } = spawnSync(process.execPath, ['scripts/run.mjs', 'build'], { cwd: folder, stdio: 'inherit' });
  if (status !== 0) throw new Refusal('the build failed');
  const statement = statementOf(folder, source, key);
  writeFileSync(file, `${JSON.stringify(seal(statement, key))}\n`, { flag: 'wx' });
  return [`Signed ${statement.subject.length} files of commit ${source.commit} into ${file}.`];
}

function verifyBuild(keyFile: string, file: string, folder: string, named: string | undefined): string[] {
  const key = readKey(keyFile, () => createPublicKey(readFileSync(keyFile)));
  const statement = open(readFileSync(file, 'utf8'), key);
  const faults = faultsOf(statement, folder, named ?? sourceOf(root).commit);
  const more = faults.length - MOST_SHOWN;
  if (faults.length > 0)
    throw new Refusal([...faults.slice(0, MOST_SHOWN), ...(more > 0 ? [`… and ${more} more`] : [])].join('\n'));
  const { buildDefinition, runDetails } = statement.predicate;
  const [from, lock] = buildDefinition.resolvedDependencies;
  const { node, platform } = runDetails.builder.version;
  return [
    `All ${statement.subject.length} files in ${folder} are as they were signed.`,
    `Built from commit ${from.digest.gitCommit}, package-lock.json ${lock.digest.sha256}, by Node ${node} on ${platform}.`,
  ];
}

function run(): string[] {
  const { values, positionals } = parseArgs({
    options: { key: { type: 'string' }, commit: { type: 'string' } },
    allowPositionals: true,
  });
  const [what, file, folder = root] = positionals;
  const { key, commit } = values;
  if (key && file && what === 'sign') return signBuild(key, file);
  if (key && file && what === 'verify') return verifyBuild(key, file, folder, commit);
  throw new Refusal('sign --key KEY FILE, or verify --key KEY [--commit COMMIT] FILE [FOLDER]');
}

if (import.meta.main)
  try {
    console.log(run().join('\n'));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (!(error instanceof Refusal) && !/^(?:ERR_PARSE_ARGS|ENOENT|EACCES|EISDIR)/.test(String(code))) throw error;
    console.error((error as Error).message);
    process.exitCode = 1;
  }
