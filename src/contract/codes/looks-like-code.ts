const generated = 'BFHKMQRWXY2-7';
const patterns = [
  // Codes of apps and messages, and phone numbers: six digits of any script, with at most one sign between two digits.
  /\p{Nd}(?:[\s\p{Pd}./,:]?\p{Nd}){5}/u,
  // Codes that Latchkey generates: at least eight of their characters, with at most one space or hyphen between two.
  new RegExp(`(?<![\\p{L}\\p{Nd}])[${generated}](?:[\\s\\p{Pd}]?[${generated}]){7,}(?![\\p{L}\\p{Nd}])`, 'iu'),
];
const isToken = (word: string): boolean => /\d/.test(word) && /[a-z]/i.test(word);

/** Does not find numbers that are written as words. */
export function looksLikeCode(text: string): boolean {
  const plain = text.normalize('NFKC');
  return patterns.some((pattern) => pattern.test(plain)) || (plain.match(/[a-z\d]{12,}/gi) ?? []).some(isToken);
}
