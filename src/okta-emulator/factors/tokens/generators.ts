import { appToken, hotp, type TimedToken } from '../totp/otp.ts';

const SEED_BYTES = 20;

/**
 * SecurID, as far as the API shows it: a PIN of four digits, then six digits that change each minute. The secret is the
 * seed and the PIN.
 */
export const rsaToken: TimedToken = {
  stepSeconds: 60,
  code: (secret, step) => `${secret.subarray(SEED_BYTES).toString()}${hotp(secret.subarray(0, SEED_BYTES), step)}`,
};

/** VIP: six digits that change every 30 seconds, as in an app. */
export const symantecToken: TimedToken = appToken;
