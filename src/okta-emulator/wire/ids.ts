import { createHash } from 'node:crypto';

export type Random = (size: number) => Buffer;

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** The last three characters of every id of one Okta cell. */
const CELL = '5d7';

/** The source of a regular expression for an id without its prefix. */
export const ID_TAIL = `[0-9A-Za-z]{14}${CELL}`;

function letters(bytes: Buffer, count: number): string {
  let text = '';
  for (const byte of bytes) {
    // 248 is the largest multiple of 62 below 256. Larger bytes would make some letters more likely.
    if (byte < 248 && text.length < count) text += ALPHABET[byte % 62];
  }
  return text;
}

/** Okta's format: `prefix` (three characters), 14 random characters, the cell. */
export function newId(random: Random, prefix: string): string {
  let tail = '';
  while (tail.length < 14) tail += letters(random(20), 14 - tail.length);
  return `${prefix}${tail}${CELL}`;
}

/** The same name always gives the same id, so ids survive a reset. */
export function seededId(prefix: string, name: string): string {
  return `${prefix}${letters(createHash('sha512').update(`${prefix}:${name}`).digest(), 14)}${CELL}`;
}

/** `oae` and 22 characters of base64url. */
export function newErrorId(random: Random): string {
  return `oae${random(17).toString('base64url').slice(0, 22)}`;
}

/** Okta's format: UTC, in whole seconds, always with `.000`. */
export function wireDate(milliseconds: number): string {
  return `${new Date(milliseconds).toISOString().slice(0, 19)}.000Z`;
}
