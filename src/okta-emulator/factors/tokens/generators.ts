import { appToken, hotp, type TimedToken } from '../totp/otp.ts';

const SEED_BYTES = 20;

/** SecurID: a PIN of four digits, then six digits that change each minute. The secret is the seed and the PIN. */
export const rsaToken: TimedToken = {
  stepSeconds: 60,
  code: (secret, step) => `${secret.subarray(SEED_BYTES).toString()}${hotp(secret.subarray(0, SEED_BYTES), step)}`,
};

export const symantecToken: TimedToken = appToken;
