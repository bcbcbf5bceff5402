import type { EmulatorContext } from '../../context/context.ts';

/**
 * What Okta Verify's QR codes and links hold. Okta's own format is private; ours says where, which factor, and what to
 * set it up with: the token of the start, or for its codes their secret in base32.
 */
export function setUpUri(
  { url }: Pick<EmulatorContext, 'url'>,
  factorId: string,
  by: { token: string } | { secret: string },
): string {
  return `oktaverify://set-up?${new URLSearchParams({ org: url, factor: factorId, ...by }).toString()}`;
}
