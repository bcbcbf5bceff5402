import type { EmulatorContext } from '../../context/context.ts';

/** Okta's format of QR codes and links is private. Ours has the org, the factor, and a token or secret. */
export function setUpUri(
  { url }: Pick<EmulatorContext, 'url'>,
  factorId: string,
  by: { token: string } | { secret: string },
): string {
  return `oktaverify://set-up?${new URLSearchParams({ org: url, factor: factorId, ...by }).toString()}`;
}
