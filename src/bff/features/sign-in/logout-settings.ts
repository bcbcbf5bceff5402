import type { LogoutSettings } from './logout-requests.ts';

export const LOGOUT_PATH = '/auth/global-token-revocation';

/** Settings of the Universal Logout endpoint; `issuers` are those by which a request may name a person. */
export type UniversalLogout = LogoutSettings & { issuers: readonly string[] };

/**
 * @param signer who signs the requests: the org's address, or one of its authorization servers
 * @param app the portal's app at Okta, and who signs people in
 */
export function universalLogout(
  signer: string,
  app: { issuer: string; clientId: string },
  baseUrl: string,
): UniversalLogout {
  // Okta's fixed addresses (developer.okta.com, "Key endpoints" of the org's and of custom authorization servers).
  const keysUrl = new URL(signer).pathname === '/' ? `${signer}/oauth2/v1/keys` : `${signer}/v1/keys`;
  return {
    issuer: signer,
    keysUrl,
    clientId: app.clientId,
    audience: `${baseUrl}${LOGOUT_PATH}`,
    issuers: [signer, app.issuer, new URL(app.issuer).origin],
  };
}
