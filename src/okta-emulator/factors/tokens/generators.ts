import { hotp } from '../totp/otp.ts';

/** A token whose codes follow the clock: how long each lasts, and how it is made of the step. */
export type TimedToken = { stepSeconds: number; code(secret: Buffer, step: number): string };

const SEED_BYTES = 20;

/**
 * SecurID, as far as the wire shows: a PIN of four digits, and behind it six that change each minute. The secret is
 * seed and PIN.
 */
export const rsaToken: TimedToken = {
  stepSeconds: 60,
  code: (secret, step) => `${secret.subarray(SEED_BYTES).toString()}${hotp(secret.subarray(0, SEED_BYTES), step)}`,
};

/** VIP: six digits that change each half minute. */
export const symantecToken: TimedToken = { stepSeconds: 30, code: hotp };

/** The custom authenticator of this org, as its administrator set it up: six digits, half a minute, SHA-1. */
export const customToken: TimedToken = { stepSeconds: 30, code: hotp };

/** The step a moment (in milliseconds) lies in. */
export const stepOf = ({ stepSeconds }: TimedToken, now: number): number => Math.floor(now / 1000 / stepSeconds);
