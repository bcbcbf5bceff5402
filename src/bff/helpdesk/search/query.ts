import type { User } from '#okta/wire/user.ts';

/** A value of Okta's search language, in quotes. */
export const quoted = (value: string): string => `"${value.replaceAll(/[\\"]/g, '\\$&')}"`;
const begins = (field: string, text: string) => `profile.${field} sw ${quoted(text)}`;

/** The digits of what is a whole phone number, however it is written; null for what is none. */
function digitsOf(q: string): string | null {
  const digits = q.replaceAll(/\D/g, '');
  return /^\+?[0-9 ()./-]+$/.test(q) && digits.length >= 7 && digits.length <= 15 ? digits : null;
}

/**
 * What the org is asked for: the beginning of a name, login or address, of first and last name by their beginnings, or
 * a whole phone number. `and` binds closer than `or`, so that no brackets are needed.
 */
export function searchOf(q: string): string {
  const digits = digitsOf(q);
  if (digits !== null) {
    return [...new Set([q, `+${digits}`, digits])]
      .map((number) => `profile.mobilePhone eq ${quoted(number)}`)
      .join(' or ');
  }
  const [first = '', ...rest] = q.split(/\s+/);
  const last = rest.join(' ');
  return [
    ...['login', 'email', 'firstName', 'lastName'].map((field) => begins(field, q)),
    ...(last === ''
      ? []
      : [
          [first, last],
          [last, first],
        ].map(([one, other]) => `${begins('firstName', one!)} and ${begins('lastName', other!)}`)),
  ].join(' or ');
}

/**
 * What the org is asked for besides where a beginning is shared by many: whoever is called just that. Null for a
 * number, which is whole anyhow.
 */
export function exactOf(q: string): string | null {
  if (digitsOf(q) !== null) return null;
  const [first = '', ...rest] = q.split(/\s+/);
  const last = rest.join(' ');
  const is = (field: string, text: string) => `profile.${field} eq ${quoted(text)}`;
  return [
    ...['login', 'email', 'firstName', 'lastName'].map((field) => is(field, q)),
    begins('login', `${q}@`),
    ...(last === ''
      ? []
      : [
          [first, last],
          [last, first],
        ].map(([one, other]) => `${is('firstName', one!)} and ${is('lastName', other!)}`)),
  ].join(' or ');
}

/** Which sort of question it was, for the audit log, which keeps no word of it: somebody's number may be in it. */
export const sortOf = (q: string): 'number' | 'words' => (digitsOf(q) === null ? 'words' : 'number');

/** How likely somebody is the one who is meant: the less, the likelier. */
export function rankOf({ profile }: User, q: string): number {
  const asked = q.toLowerCase();
  const of = (text: string | null) => text?.toLowerCase() ?? '';
  const [login, email, first, last] = [profile.login, profile.email, profile.firstName, profile.lastName].map(of) as [
    string,
    string,
    string,
    string,
  ];
  const whole = `${first} ${last}`;
  if ([login, email, whole, `${last} ${first}`].includes(asked)) return 0;
  if (login.startsWith(`${asked}@`) || first === asked || last === asked) return 1;
  if (whole.startsWith(asked)) return 2;
  return last.startsWith(asked) ? 3 : 4;
}
