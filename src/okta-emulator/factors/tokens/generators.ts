import { hotp } from '../totp/otp.ts';

/** A token with time-based codes: how long each is valid, and how it is computed from the step. */
export type TimedToken = { stepSeconds: number; code(secret: Buffer, step: number): string };

const SEED_BYTES = 20;

/**
 * SecurID, as far as the wire shows: a PIN of four digits, then six digits that change each minute. The secret is seed
 * and PIN.
 */
export const rsaToken: TimedToken = {
  stepSeconds: 60,
  code: (secret, step) => `${secret.subarray(SEED_BYTES).toString()}${hotp(secret.subarray(0, SEED_BYTES), step)}`,
};

/** VIP: six digits that change every 30 seconds. */
export const symantecToken: TimedToken = { stepSeconds: 30, code: hotp };

/** The org's custom authenticator: six digits, 30 seconds, SHA-1. */
export const customToken: TimedToken = { stepSeconds: 30, code: hotp };

/** The time step of a moment in milliseconds. */
export const stepOf = ({ stepSeconds }: TimedToken, now: number): number => Math.floor(now / 1000 / stepSeconds);
