/** Punctuation in numbers, and invisible characters in copied text. */
const WRITING = /[\s().\-/\u2010-\u2015\p{Cf}]/gu;

/** North American toll-free and premium codes, which Okta refuses. */
const NOBODYS = /^\+1(800|822|833|844|855|866|877|888|900)/;

/** Like Okta, treats ten digits, or eleven with a leading 1, as North American. Undefined for an invalid number. */
export function e164(given: unknown): string | undefined {
  if (typeof given !== 'string') return undefined;
  const bare = given.normalize('NFKC').replaceAll(WRITING, '');
  const number = /^1?\d{10}$/.test(bare) ? `+${bare.length === 10 ? '1' : ''}${bare}` : bare;
  if (!/^\+[1-9]\d{6,14}$/.test(number)) return undefined;
  if (number.startsWith('+1') && !/^\+1[2-9]\d{9}$/.test(number)) return undefined;
  return NOBODYS.test(number) ? undefined : number;
}
