import type { EmulatorContext } from '../../context/context.ts';
import { encodeBase32 } from './base32.ts';
import { STEP_SECONDS } from './otp.ts';

/**
 * What an authenticator app reads from the QR code: Google's Key Uri Format. The issuer is the org's host, in the label
 * too, as the format asks for apps that know only one of the two places.
 */
export function otpauthUri({ url }: Pick<EmulatorContext, 'url'>, login: string, secret: Buffer): string {
  const { host } = new URL(url);
  const query = new URLSearchParams({
    secret: encodeBase32(secret),
    issuer: host,
    algorithm: 'SHA1',
    digits: '6',
    period: String(STEP_SECONDS),
  });
  return `otpauth://totp/${encodeURIComponent(host)}:${encodeURIComponent(login)}?${query.toString()}`;
}
