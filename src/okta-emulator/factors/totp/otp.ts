import { createHmac } from 'node:crypto';
import type { VerifyContext, Verdict } from '../kind/kind.ts';
import { NO_MATCH, normalizeCode, sameText } from '../kind/passcode.ts';

export type OtpOptions = {
  digits?: number;
  algorithm?: 'sha1' | 'sha256' | 'sha512';
};

/** RFC 4226 section 5.3. */
export function hotp(secret: Buffer, counter: number, { digits = 6, algorithm = 'sha1' }: OtpOptions = {}): string {
  const message = Buffer.alloc(8);
  message.writeBigUInt64BE(BigInt(counter));
  const mac = createHmac(algorithm, secret).update(message).digest();
  const offset = (mac[mac.length - 1] ?? 0) & 0x0f;
  const number = mac.readUInt32BE(offset) & 0x7fffffff;
  return String(number % 10 ** digits).padStart(digits, '0');
}

/** How many seconds a code is valid (RFC 6238 section 5.2). */
export const STEP_SECONDS = 30;

export type TimedToken = { stepSeconds: number; code(secret: Buffer, step: number): string };

export const appToken: TimedToken = { stepSeconds: STEP_SECONDS, code: hotp };

/** RFC 6238 section 4.2. `now`: milliseconds since 1970. */
export const stepAt = (now: number, { stepSeconds }: TimedToken = appToken): number =>
  Math.floor(now / 1000 / stepSeconds);

/**
 * RFC 6238 section 5.2.
 * @param last the last accepted step. Codes of this step and of earlier steps are used
 * @param drift how many steps before and after the current step are accepted
 */
export function stepOfCode(
  token: TimedToken,
  { secret, code, last, now }: { secret: Buffer; code: string; last: number; now: number },
  drift = 1,
): number | 'consumed' | undefined {
  const first = stepAt(now, token) - drift;
  const steps = Array.from({ length: 2 * drift + 1 }, (_none, index) => first + index);
  const matching = steps.filter((step) => sameText(token.code(secret, step), code));
  return matching.find((step) => step > last) ?? (matching.length > 0 ? 'consumed' : undefined);
}

export const checkTimedCode =
  (token: TimedToken, drift?: number) =>
  ({ secret, row, body, now }: VerifyContext): Verdict => {
    const code = normalizeCode(body.passCode);
    const step = secret ? stepOfCode(token, { secret, code, last: row.accepted_step ?? -1, now }, drift) : undefined;
    if (step === undefined) return { outcome: 'wrong', cause: NO_MATCH };
    return step === 'consumed' ? { outcome: 'consumed' } : { outcome: 'right', acceptedStep: step };
  };
