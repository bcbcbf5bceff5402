import { createHash } from 'node:crypto';

/** Gives `size` unpredictable bytes. A parameter, so that a test can make an org repeat itself. */
export type Random = (size: number) => Buffer;

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** The three characters that end every id of one Okta cell. */
const CELL = '5d7';

/** What follows the prefix in an id of ours, as a regular expression's source. */
export const ID_TAIL = `[0-9A-Za-z]{14}${CELL}`;

function letters(bytes: Buffer, count: number): string {
  let text = '';
  for (const byte of bytes) {
    // 248 is the largest multiple of 62 in a byte: beyond it some letters would be likelier than others.
    if (byte < 248 && text.length < count) text += ALPHABET[byte % 62];
  }
  return text;
}

/** A new id as Okta writes them: `prefix` (three letters that tell the type), 14 random characters, the cell. */
export function newId(random: Random, prefix: string): string {
  let tail = '';
  while (tail.length < 14) tail += letters(random(20), 14 - tail.length);
  return `${prefix}${tail}${CELL}`;
}

/** The id of something seeded. The same name gives the same id, so that ids survive a reset. */
export function seededId(prefix: string, name: string): string {
  return `${prefix}${letters(createHash('sha512').update(`${prefix}:${name}`).digest(), 14)}${CELL}`;
}

/** An `errorId`: `oae` and 22 characters of base64url. */
export function newErrorId(random: Random): string {
  return `oae${random(17).toString('base64url').slice(0, 22)}`;
}

/** Okta's way to write a moment: UTC, whole seconds, milliseconds always `.000`. */
export function wireDate(milliseconds: number): string {
  return `${new Date(milliseconds).toISOString().slice(0, 19)}.000Z`;
}
