const generated = 'BFHKMQRWXY2-7';
const patterns = [
  // Codes of apps and messages, and phone numbers: six digits of any script, one sign between two of them or none.
  /\p{Nd}(?:[\s\p{Pd}./,:]?\p{Nd}){5}/u,
  // Codes that Latchkey makes: eight of their characters, spoken or in groups.
  new RegExp(`(?<![\\p{L}\\p{Nd}])[${generated}](?:[\\s\\p{Pd}]?[${generated}]){7,}(?![\\p{L}\\p{Nd}])`, 'iu'),
  // Secrets and tokens: a word of twelve or more letters and digits that has both.
  /(?=[a-z]*\d)(?=\d*[a-z])[a-z\d]{12,}/i,
];

/**
 * Whether a text contains what looks like a code, a phone number or a secret. Numbers that are written out are not
 * found.
 */
export const looksLikeCode = (text: string): boolean =>
  patterns.some((pattern) => pattern.test(text.normalize('NFKC')));
