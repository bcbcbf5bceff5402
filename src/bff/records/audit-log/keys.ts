import { createHash, createPrivateKey, createPublicKey, sign, verify } from 'node:crypto';
import type { JsonWebKey, KeyObject } from 'node:crypto';

/** Without a private key it only verifies. */
export type AuditKey = { id: string; publicKey: KeyObject; privateKey: KeyObject | null };
/** Newest first. */
export type AuditKeys = readonly AuditKey[];

/** Signatures in base64url by the signing key's id. */
export type Signatures = Record<string, string>;
/** None for invalid JSON, which no portal writes. */
export function signaturesIn(text: string): Signatures {
  try {
    return Object(JSON.parse(text)) as Signatures;
  } catch {
    return {};
  }
}
/** `at`: the last row's time, in ms. */
export type Head = { seq: number; at: number; hash: string; signatures: Signatures };

/** The text must begin with its type, so that its signature is not valid for a text of another type. */
export function signText(keys: AuditKeys, text: string): Signatures {
  const message = Buffer.from(text);
  const signing = keys.filter(({ privateKey }) => privateKey !== null);
  return Object.fromEntries(
    signing.map(({ id, privateKey }) => [id, sign(null, message, privateKey!).toString('base64url')]),
  );
}

export function isSignedText(keys: AuditKeys, text: string, signatures: Signatures): boolean {
  const message = Buffer.from(text);
  return keys.some(({ id, publicKey }) => {
    const signature = Object.hasOwn(signatures, id) ? signatures[id] : undefined;
    return typeof signature === 'string' && verify(null, message, publicKey, Buffer.from(signature, 'base64url'));
  });
}

const printHead = ({ seq, at, hash }: Omit<Head, 'signatures'>) => `latchkey-audit-head/1\n${seq}\n${at}\n${hash}`;

export const signHead = (keys: AuditKeys, head: Omit<Head, 'signatures'>): Head => ({
  ...head,
  signatures: signText(keys, printHead(head)),
});

export const isSigned = (keys: AuditKeys, head: Head): boolean => isSignedText(keys, printHead(head), head.signatures);

function createAuditKey(privateKey: KeyObject | null, publicKey: KeyObject): AuditKey {
  if (publicKey.asymmetricKeyType !== 'ed25519') throw new TypeError('it is not an Ed25519 key');
  const id = createHash('sha256')
    .update(publicKey.export({ type: 'spki', format: 'der' }))
    .digest('base64url')
    .slice(0, 16);
  return { id, privateKey, publicKey };
}

function readOne(text: string): AuditKey {
  if (!/^(?:-----BEGIN|\{)/.test(text)) {
    const bytes = Buffer.from(text, 'base64');
    // Base64 of a PEM, of a JWK, or of the DER inside a PEM.
    if (/^\s*(?:-----BEGIN|\{)/.test(bytes.toString())) return readOne(bytes.toString().trim());
    const label = bytes.length < 46 ? 'PUBLIC KEY' : 'PRIVATE KEY';
    return readOne(`-----BEGIN ${label}-----\n${bytes.toString('base64')}\n-----END ${label}-----`);
  }
  try {
    const jwk = text.startsWith('{') ? (JSON.parse(text) as JsonWebKey) : null;
    const input = jwk ? { key: jwk, format: 'jwk' as const } : text;
    const isPublic = jwk ? jwk['d'] === undefined : text.startsWith('-----BEGIN PUBLIC KEY');
    const privateKey = isPublic ? null : createPrivateKey(input);
    return createAuditKey(privateKey, createPublicKey(privateKey ?? input));
  } catch (error) {
    // The parser's message may contain the key.
    throw error instanceof TypeError && error.message.startsWith('it is')
      ? error
      : new TypeError('it is no PEM, JWK or base64 of one');
  }
}

/**
 * Newest first, separated by commas or line breaks. A key is PEM (a line break may be written as `\n`), JWK, or base64
 * of either. Throws a TypeError, whose message never contains a part of the key.
 * @param read returns the text of a file that the list names as `@file`
 */
export function readAuditKeys(list: string, read: (file: string) => string = () => ''): AuditKey[] {
  const text = list.replaceAll('\\n', '\n');
  const parts = text.match(/-----BEGIN [\s\S]*?-----END [A-Z ]+-----|\{[^{}]*\}|@[^,\n]+|[^\s,]+/g) ?? [];
  return parts.flatMap((part) => (part.startsWith('@') ? readAuditKeys(read(part.trim())) : [readOne(part)]));
}
