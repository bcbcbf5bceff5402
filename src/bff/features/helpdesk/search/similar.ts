import type { User } from '#okta/wire/user.ts';
import { fold, foldedWords } from '../../../identity/users/fold.ts';
import { begins, isNumber } from './query.ts';

/** Accents that a name can have where somebody typed none. Okta compares letters as they are. */
const accents: Record<string, string> = {
  a: 'áàâäãå',
  c: 'çč',
  e: 'éèêë',
  i: 'íìîï',
  l: 'ł',
  n: 'ñ',
  o: 'óòôöõø',
  s: 'šś',
  u: 'úùûü',
  y: 'ý',
  z: 'žź',
};
/** How many letters of a word are searched for; a shorter word is no beginning of a name that somebody mistyped. */
const LETTERS = 3;
const MOST_WORDS = 2;

/** Returns a beginning with each of its letters once with each accent, itself first. */
const spellings = (text: string): string[] => [
  text,
  ...[...text].flatMap((letter, at) =>
    [...(accents[letter] ?? '')].map((accented) => text.slice(0, at) + accented + text.slice(at + 1)),
  ),
];

/**
 * Returns the search expression for people whose names begin like the typed words, by their first three letters. Null
 * for a number and for short words.
 */
export function similarOf(q: string): string | null {
  if (isNumber(q)) return null;
  const words = foldedWords(q)
    .map((word) => word.replace(/@.*$/, ''))
    .filter((word) => word.length > LETTERS && !/["\\]/.test(word))
    .slice(0, MOST_WORDS);
  const clauses = [...new Set(words.map((word) => word.slice(0, LETTERS)))].flatMap((letters) => [
    begins('login', letters),
    ...spellings(letters).flatMap((spelling) => [begins('firstName', spelling), begins('lastName', spelling)]),
  ]);
  return clauses.length === 0 ? null : clauses.join(' or ');
}

/** Returns whether one edit at most makes one word the other: a letter more, less or other, or two swapped. */
export function isOneEditAway(one: string, other: string): boolean {
  if (one === other) return true;
  if (Math.abs(one.length - other.length) > 1) return false;
  let same = 0;
  while (same < one.length && one[same] === other[same]) same += 1;
  const [a, b] = [one.slice(same), other.slice(same)];
  return (
    a.slice(1) === b.slice(1) ||
    a.slice(1) === b ||
    a === b.slice(1) ||
    (a[0] === b[1] && a[1] === b[0] && a.slice(2) === b.slice(2))
  );
}

/**
 * Returns whether a typed word is almost the beginning of another, or all of it. A mistake in a short word would leave
 * too little of it.
 */
const isAlmost = (typed: string, word: string): boolean =>
  typed.length > LETTERS && [-1, 0, 1].some((more) => isOneEditAway(typed, word.slice(0, typed.length + more)));

/**
 * Returns how well a person's names and login match the typed words with at most one mistake in each: the number of
 * mistaken words; null if one matches nothing.
 */
export function mistakesIn({ profile }: User, q: string): number | null {
  const own = [profile.firstName, profile.lastName, profile.login?.replace(/@.*$/, '')].flatMap((text) =>
    foldedWords(text ?? ''),
  );
  let mistakes = 0;
  for (const typed of foldedWords(q).map((word) => fold(word).replace(/@.*$/, ''))) {
    if (own.some((word) => word.startsWith(typed))) continue;
    if (!own.some((word) => isAlmost(typed, word))) return null;
    mistakes += 1;
  }
  return mistakes;
}
