import type { LogoutSettings } from './logout-requests.ts';

export const LOGOUT_PATH = '/auth/global-token-revocation';

/** `issuers`: values of `iss` that a request's subject may have. */
export type UniversalLogout = LogoutSettings & { issuers: readonly string[] };

/** `signer`: the org's address, or one of its authorization servers. */
export function universalLogout(
  signer: string,
  app: { issuer: string; clientId: string },
  baseUrl: string,
): UniversalLogout {
  // These addresses are fixed (developer.okta.com, "Key endpoints" of the org's and of custom authorization servers).
  const keysUrl = new URL(signer).pathname === '/' ? `${signer}/oauth2/v1/keys` : `${signer}/v1/keys`;
  return {
    issuer: signer,
    keysUrl,
    clientId: app.clientId,
    audience: `${baseUrl}${LOGOUT_PATH}`,
    issuers: [signer, app.issuer, new URL(app.issuer).origin],
  };
}
