import { randomBytes } from 'node:crypto';
import { generatedCodeLengths } from '#contract/codes/generated-code.ts';

/** 16 characters that are not confused by ear or eye: one of each group of letters that sound alike. */
const alphabet = 'BFHKMQRWXY234567';

/** Returns random characters. Each has four random bits. */
const createCode = (length: number) =>
  [...randomBytes(length)].map((byte) => alphabet[byte % alphabet.length]).join('');

/** Returns a code that the caller speaks: 32 random bits, because it allows five tries in five minutes. */
export const callerCode = (): string => createCode(generatedCodeLengths.caller);

/** Returns a recovery code: 64 random bits, because it is valid for a day (checklist F13). */
export const recoveryCode = (): string => createCode(generatedCodeLengths.recovery);

/** Returns a code in groups of four, for reading and typing: `BFHK-MQRW-XY23-4567`. */
export const formatCode = (code: string): string => code.replace(/(.{4})(?=.)/g, '$1-');
