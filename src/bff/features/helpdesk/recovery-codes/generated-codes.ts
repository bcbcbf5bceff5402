import { randomBytes } from 'node:crypto';
import { generatedCodeLengths } from '#contract/codes/generated-code.ts';

/** 16 characters that nobody confuses by ear or eye. */
const alphabet = 'BFHKMQRWXY234567';

/** Four random bits per character. */
const createCode = (length: number) =>
  [...randomBytes(length)].map((byte) => alphabet[byte % alphabet.length]).join('');

/** 32 random bits, because it allows five tries in five minutes. */
export const callerCode = (): string => createCode(generatedCodeLengths.caller);

/** 64 random bits, because it is valid for a day (checklist F13). */
export const recoveryCode = (): string => createCode(generatedCodeLengths.recovery);

/** `BFHK-MQRW-XY23-4567` */
export const formatCode = (code: string): string => code.replace(/(.{4})(?=.)/g, '$1-');
