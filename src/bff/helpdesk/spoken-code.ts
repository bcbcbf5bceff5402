import { randomBytes } from 'node:crypto';

/** What is not misheard for one another on the telephone, nor misread: one of each letters that sound alike. */
const alphabet = 'BFHKMQRWXY234567';
const LENGTH = 8;

/** A code to be spoken or read out: 32 random bits, for somebody who has five tries. */
export const spokenCode = (): string => [...randomBytes(LENGTH)].map((byte) => alphabet[byte % alphabet.length]).join('');
