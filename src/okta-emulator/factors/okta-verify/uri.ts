import type { EmulatorContext } from '../../context/context.ts';

/**
 * Returns the content of Okta Verify's QR codes and links. Okta's format is private. Ours contains the org, the factor,
 * and the enrollment's token or, for codes, the secret in base32.
 */
export function setUpUri(
  { url }: Pick<EmulatorContext, 'url'>,
  factorId: string,
  by: { token: string } | { secret: string },
): string {
  return `oktaverify://set-up?${new URLSearchParams({ org: url, factor: factorId, ...by }).toString()}`;
}
