import type { EmulatorContext } from '../../context/context.ts';
import { encodeBase32 } from '../../wire/base32.ts';
import { STEP_SECONDS } from './otp.ts';

/** Google's Key Uri Format. The issuer is also in the label, because some apps read only one of the two. */
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
