import { createHash, hash } from 'node:crypto';

/** A row's fields under the chain, in the order of their digests. `prev` and `seq` are under the row's hash itself. */
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
] as const;
export type ChainedField = (typeof chainedFields)[number];
export type ChainedRow = Record<ChainedField, string | number | null>;

const FORMAT = 'latchkey-audit-row/1\n';
/** Bytes of a row's own randomness, and of each salt made of it. */
export const SALT_BYTES = 16;
const NOTHING = Buffer.alloc(32);
/** The hash before the first row. */
export const GENESIS = NOTHING.toString('base64url');

/**
 * The salt of each field: consecutive 16 bytes of SHAKE256 over the row's own random 16 bytes. Whoever drops a field's
 * value replaces these random bytes by the salts of the other fields: none of them leads back to them, nor to the
 * dropped one's.
 */
export function saltsOf(salt: string): Buffer[] {
  const all = createHash('shake256', { outputLength: SALT_BYTES * chainedFields.length })
    .update(Buffer.from(salt, 'base64url'))
    .digest();
  return chainedFields.map((_, index) => all.subarray(index * SALT_BYTES, (index + 1) * SALT_BYTES));
}

/** SHA-256(salt ‖ field's name ‖ 0 ‖ value), 32 bytes; zeros for no value. A number counts as its decimal text. */
export function digestOf(salt: Uint8Array, field: ChainedField, value: string | number | null): Uint8Array {
  if (value === null) return NOTHING;
  return hash('sha256', Buffer.concat([salt, Buffer.from(`${field}\0${value}`)]), 'buffer');
}

export const digestsOf = (row: ChainedRow, salt: string): Uint8Array[] => {
  const salts = saltsOf(salt);
  return chainedFields.map((field, index) => digestOf(salts[index]!, field, row[field]));
};

/**
 * A row's link: SHA-256 over the format, the link before it, its number (8 bytes, big-endian) and its digests;
 * base64url.
 */
export function linkOf(prev: string, seq: number, digests: readonly Uint8Array[]): string {
  const number = Buffer.alloc(8);
  number.writeBigUInt64BE(BigInt(seq));
  return hash(
    'sha256',
    Buffer.concat([Buffer.from(FORMAT), Buffer.from(prev, 'base64url'), number, ...digests]),
    'base64url',
  );
}

/** The link of a row as it stands in the store. */
export const rowLink = (row: ChainedRow & { seq: number; salt: string }, prev: string): string =>
  linkOf(prev, row.seq, digestsOf(row, row.salt));
