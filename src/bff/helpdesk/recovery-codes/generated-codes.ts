import { randomBytes } from 'node:crypto';
import { generatedCodeLengths } from '#contract/generated-code.ts';

/** What is not misheard for one another on the telephone, nor misread: one of each letters that sound alike. */
const alphabet = 'BFHKMQRWXY234567';

/** Four random bits a character. */
const codeOf = (length: number) => [...randomBytes(length)].map((byte) => alphabet[byte % alphabet.length]).join('');

/** A code to be spoken or read out at once: 32 random bits, for somebody who has five tries in five minutes. */
export const callerCode = (): string => codeOf(generatedCodeLengths.caller);

/** A recovery code: 64 random bits, since it is good for a day (checklist F13). */
export const recoveryCode = (): string => codeOf(generatedCodeLengths.recovery);

/** As it is written for somebody who types it: `BFHK-MQRW-XY23-4567`. */
export const formatCode = (code: string): string => code.replace(/(.{4})(?=.)/g, '$1-');
