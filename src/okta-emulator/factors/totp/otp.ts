import { createHmac } from 'node:crypto';

export type OtpOptions = {
  /** Digits of a code; Okta's have 6. */
  digits?: number;
  algorithm?: 'sha1' | 'sha256' | 'sha512';
};

/**
 * HOTP (RFC 4226 section 5.3).
 * @param counter a whole number from 0; all 64 bits count
 * @returns the code with its leading zeros
 */
export function hotp(secret: Buffer, counter: number, { digits = 6, algorithm = 'sha1' }: OtpOptions = {}): string {
  const message = Buffer.alloc(8);
  message.writeBigUInt64BE(BigInt(counter));
  const mac = createHmac(algorithm, secret).update(message).digest();
  const offset = (mac[mac.length - 1] ?? 0) & 0x0f;
  const number = mac.readUInt32BE(offset) & 0x7fffffff;
  return String(number % 10 ** digits).padStart(digits, '0');
}

/** Seconds that a code is valid (RFC 6238 section 5.2). */
export const STEP_SECONDS = 30;

/** The time step of a moment in milliseconds since the epoch (RFC 6238 section 4.2). */
export function stepAt(milliseconds: number): number {
  return Math.floor(milliseconds / 1000 / STEP_SECONDS);
}
