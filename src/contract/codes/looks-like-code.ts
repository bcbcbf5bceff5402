const generated = 'BFHKMQRWXY2-7';
const patterns = [
  // Codes of apps and messages, and phone numbers: six digits of any script, one sign between two of them or none.
  /\p{Nd}(?:[\s\p{Pd}./,:]?\p{Nd}){5}/u,
  // Codes that Latchkey makes: eight of their characters, spoken or in groups.
  new RegExp(`(?<![\\p{L}\\p{Nd}])[${generated}](?:[\\s\\p{Pd}]?[${generated}]){7,}(?![\\p{L}\\p{Nd}])`, 'iu'),
];
/** Secrets and tokens: a word of twelve or more letters and digits that has both. */
const isToken = (word: string): boolean => /\d/.test(word) && /[a-z]/i.test(word);

/**
 * Whether a text contains what looks like a code, a phone number or a secret. Numbers that are written out are not
 * found.
 */
export function looksLikeCode(text: string): boolean {
  const plain = text.normalize('NFKC');
  return patterns.some((pattern) => pattern.test(plain)) || (plain.match(/[a-z\d]{12,}/gi) ?? []).some(isToken);
}
