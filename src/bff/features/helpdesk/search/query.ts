import { quoted } from '#okta/users.ts';
import type { User } from '#okta/wire/user.ts';
import { fold, foldedWords } from '../../../identity/users/fold.ts';

const begins = (field: string, text: string) => `profile.${field} sw ${quoted(text)}`;

/** Returns null unless the text is a complete phone number that begins with `+`. */
function findDigits(q: string): string | null {
  const digits = q.replaceAll(/\D/g, '');
  return /^\+[0-9 ()./-]+$/.test(q) && digits.length >= 7 && digits.length <= 15 ? digits : null;
}

/** Searches the whole text in one field, or first and last name in either order ("Vaughan, Dorothy"). */
function searchNames(typed: string, matches: (field: string, text: string) => string): string[] {
  const [first = '', ...rest] = typed.split(/[\s,]+/).filter(Boolean);
  const last = rest.join(' ');
  const q = last === '' ? first : `${first} ${last}`;
  const both = (one: string, other: string) => `${matches('firstName', one)} and ${matches('lastName', other)}`;
  const fields = ['login', 'email', 'firstName', 'lastName'].map((field) => matches(field, q));
  return last === '' ? fields : [...fields, both(first, last), both(last, first)];
}

/** `and` binds more tightly than `or`, so no brackets are needed. */
export function createSearchFilter(q: string): string {
  const digits = findDigits(q);
  if (digits !== null)
    return [...new Set([q, `+${digits}`])].map((number) => `profile.mobilePhone eq ${quoted(number)}`).join(' or ');
  // Okta ignores case but not accents.
  const spellings = fold(q) === q.toLowerCase() ? [q] : [q, fold(q)];
  return spellings.flatMap((text) => searchNames(text, begins)).join(' or ');
}

/** If many names begin with the text, the exact match may be on a later page. Returns null for a phone number. */
export function createExactFilter(q: string): string | null {
  if (findDigits(q) !== null) return null;
  const exact = searchNames(q, (field, text) => `profile.${field} eq ${quoted(text)}`);
  return [...exact.slice(0, 4), begins('login', `${q}@`), ...exact.slice(4)].join(' or ');
}

/** The audit log must not get the text. */
export const getSort = (q: string): 'number' | 'words' => (findDigits(q) === null ? 'words' : 'number');

/** A lower rank is a better match. */
export function rankUser({ profile }: User, q: string): number {
  const searched = foldedWords(q).join(' ');
  const of = (text: string | null) => fold(text ?? '');
  const [login, email] = [of(profile.login), of(profile.email)];
  const [first, last] = [of(profile.firstName), of(profile.lastName)];
  const whole = `${first} ${last}`;
  if ([login, email, whole, `${last} ${first}`].includes(searched)) return 0;
  if (login.startsWith(`${searched}@`) || first === searched || last === searched) return 1;
  if (whole.startsWith(searched)) return 2;
  return last.startsWith(searched) ? 3 : 4;
}
