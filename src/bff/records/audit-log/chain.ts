import { createHash, hash } from 'node:crypto';

/** The fields that a row's hash covers, in the order of their digests. The hash also covers `prev` and `seq`. */
export const chainedFields = [
  'at',
  'type',
  'intent',
  'event',
  'actor',
  'subject',
  'factor_id',
  'kind',
  'outcome',
  'reason',
  'address',
  'agent',
  'request_id',
  'ticket',
  'caller_verification',
  'approver',
  'correlation_id',
] as const;
export type ChainedField = (typeof chainedFields)[number];
export type ChainedRow = Record<ChainedField, string | number | null>;

const FORMAT = 'latchkey-audit-row/1\n';
/** Bytes of a row's random value, and of each derived salt. */
export const SALT_BYTES = 16;
const NOTHING = Buffer.alloc(32);
/** The hash before the first row. */
export const GENESIS = NOTHING.toString('base64url');

/**
 * To delete one field's value, an operator replaces the random bytes with the salts of the other fields. The salt of
 * the deleted field cannot be computed from these.
 */
export function deriveSalts(salt: string): Buffer[] {
  const all = createHash('shake256', { outputLength: SALT_BYTES * chainedFields.length })
    .update(Buffer.from(salt, 'base64url'))
    .digest();
  return chainedFields.map((_, index) => all.subarray(index * SALT_BYTES, (index + 1) * SALT_BYTES));
}

/** SHA-256(salt ‖ field's name ‖ 0 ‖ value), 32 bytes; zeros for null. A number is hashed as decimal text. */
export function digestField(salt: Uint8Array, field: ChainedField, value: string | number | null): Uint8Array {
  if (value === null) return NOTHING;
  return hash('sha256', Buffer.concat([salt, Buffer.from(`${field}\0${value}`)]), 'buffer');
}

/** Prefix of an erased row's salt column. A part for each field follows: its salt or, if erased, `~` and a digest. */
const ERASED = 'erased:';
const DIGEST = '~';
/** Null if nothing in the row was erased. */
const splitErased = (salt: string): string[] | null =>
  salt.startsWith(ERASED) ? salt.slice(ERASED.length).split('.') : null;

export function digestRow(row: ChainedRow, salt: string): Uint8Array[] {
  const parts = splitErased(salt);
  const salts = parts ? null : deriveSalts(salt);
  return chainedFields.map((field, index) => {
    if (salts) return digestField(salts[index]!, field, row[field]);
    const part = parts![index] ?? '';
    // A new value in place of an erased one is hashed, so the row's hash no longer matches.
    if (part.startsWith(DIGEST) && row[field] === null) return Buffer.from(part.slice(1), 'base64url');
    return digestField(Buffer.from(part, 'base64url'), field, row[field]);
  });
}

/** The row's hash stays valid after the values of these fields are deleted. */
export function erasedSalt(row: ChainedRow & { salt: string }, fields: ReadonlySet<ChainedField>): string {
  const parts = splitErased(row.salt) ?? deriveSalts(row.salt).map((salt) => salt.toString('base64url'));
  const kept = chainedFields.map((field, index) => {
    const part = parts[index] ?? '';
    if (!fields.has(field) || part.startsWith(DIGEST)) return part;
    const digest = digestField(Buffer.from(part, 'base64url'), field, row[field]);
    return DIGEST + Buffer.from(digest).toString('base64url');
  });
  return ERASED + kept.join('.');
}

/** The lowest bit is the first of `chainedFields`. */
export const erasedBits = (salt: string): number =>
  (splitErased(salt) ?? []).reduce((bits, part, index) => (part.startsWith(DIGEST) ? bits | (1 << index) : bits), 0);

/** Base64url of SHA-256 over the format, the previous hash, the row's number (8 bytes, big-endian) and the digests. */
export function createLink(prev: string, seq: number, digests: readonly Uint8Array[]): string {
  const number = Buffer.alloc(8);
  number.writeBigUInt64BE(BigInt(seq));
  return hash(
    'sha256',
    Buffer.concat([Buffer.from(FORMAT), Buffer.from(prev, 'base64url'), number, ...digests]),
    'base64url',
  );
}

export const rowLink = (row: ChainedRow & { seq: number; salt: string }, prev: string): string =>
  createLink(prev, row.seq, digestRow(row, row.salt));
