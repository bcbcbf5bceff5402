import { generateKeyPairSync } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { parseAuditKeys } from './key-settings.ts';
import { isSigned, readAuditKeys, signHead } from './keys.ts';
import { temporaryFolder } from '#testing/programs/temporary-folder.ts';

const { privateKey, publicKey } = generateKeyPairSync('ed25519');
const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
const jwk = JSON.stringify(privateKey.export({ format: 'jwk' }));
const publicPem = publicKey.export({ type: 'spki', format: 'pem' }).toString();
const id = readAuditKeys(pem)[0]!.id;
const faultsOf = (value: string) => {
  const faults: string[] = [];
  return parseAuditKeys(value, faults) === null ? faults : [];
};

it.each([
  ['a PEM', pem],
  ['a PEM with its line ends written out', pem.trim().replaceAll('\n', '\\n')],
  ['a JWK', jwk],
  ['base64 of a PEM', Buffer.from(pem).toString('base64')],
  ['base64 of a JWK', Buffer.from(jwk).toString('base64url')],
  ['base64 of the DER', privateKey.export({ type: 'pkcs8', format: 'der' }).toString('base64')],
])('reads a key as %s', (_what, text) => {
  const [key] = readAuditKeys(text);
  expect(key).toMatchObject({ id, privateKey: { type: 'private' } });
});

it.each([
  ['a PEM', publicPem],
  ['a JWK', JSON.stringify(publicKey.export({ format: 'jwk' }))],
  ['base64 of the DER', publicKey.export({ type: 'spki', format: 'der' }).toString('base64')],
])('reads a public key as %s, which verifies but does not sign', (_what, text) => {
  const keys = readAuditKeys(text);
  expect(keys).toMatchObject([{ id, privateKey: null }]);
  const head = { seq: 1, at: 2, hash: 'x' };
  expect(signHead(keys, head).signatures).toEqual({});
  expect(isSigned(keys, signHead(readAuditKeys(pem), head))).toBe(true);
  expect(isSigned(keys, { ...signHead(readAuditKeys(pem), head), at: 3 })).toBe(false);
});

it('reads a list of keys and files, newest first', () => {
  const file = join(temporaryFolder(), 'old.pem');
  writeFileSync(file, publicPem, { mode: 0o600 });
  const other = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  const keys = parseAuditKeys(`${other.trim().replaceAll('\n', '\\n')},${jwk},@${file}`, []);
  expect(keys!.map((key) => [key.id === id, key.privateKey !== null])).toEqual([
    [false, true],
    [true, true],
    [true, false],
  ]);
});

it('reports what is wrong with a key without repeating it', () => {
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 })
    .privateKey.export({ type: 'pkcs8', format: 'pem' })
    .toString();
  expect(faultsOf(rsa)).toEqual([
    expect.stringMatching(/^AUDIT_SIGNING_KEY is of no use: it is not an Ed25519 key; make one/),
  ]);
  expect(faultsOf('topsecret')).toEqual([
    expect.stringMatching(/^AUDIT_SIGNING_KEY is of no use: it is no PEM, JWK or base64 of one/),
  ]);
  expect(faultsOf('{"kty":"OKP","d":"topsecret"}').join()).not.toContain('topsecret');
  expect(faultsOf(publicPem)).toEqual([expect.stringMatching(/no private key in the first place/)]);
  expect(faultsOf('@/nowhere/key.pem')).toEqual([
    expect.stringMatching(/names the file \/nowhere\/key\.pem, which cannot be read/),
  ]);
  expect(faultsOf(' , ')).toHaveLength(1);
});
