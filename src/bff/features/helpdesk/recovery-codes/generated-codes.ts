import { randomBytes } from 'node:crypto';
import { generatedCodeLengths } from '#contract/codes/generated-code.ts';

/** These 16 characters sound and look different. */
const alphabet = 'BFHKMQRWXY234567';

const createCode = (length: number) =>
  [...randomBytes(length)].map((byte) => alphabet[byte % alphabet.length]).join('');

/** 32 random bits are enough, because a code allows five tries in five minutes. */
export const callerCode = (): string => createCode(generatedCodeLengths.caller);

/** 64 random bits, because a code is valid for a day (checklist F13). */
export const recoveryCode = (): string => createCode(generatedCodeLengths.recovery);

/** `BFHK-MQRW-XY23-4567` */
export const formatCode = (code: string): string => code.replace(/(.{4})(?=.)/g, '$1-');
