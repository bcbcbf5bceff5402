import type { LogoutSettings } from './logout-requests.ts';

export const LOGOUT_PATH = '/auth/global-token-revocation';

/** Settings of the Universal Logout endpoint. `issuers`: the values of `iss` with which a request may name a person. */
export type UniversalLogout = LogoutSettings & { issuers: readonly string[] };

/**
 * @param signer the issuer that signs the requests: the org's address, or one of its authorization servers
 * @param app the portal's client id at Okta, and the issuer that signs people in
 */
export function universalLogout(
  signer: string,
  app: { issuer: string; clientId: string },
  baseUrl: string,
): UniversalLogout {
  // The addresses are fixed (developer.okta.com, "Key endpoints" of the org's and of custom authorization servers).
  const keysUrl = new URL(signer).pathname === '/' ? `${signer}/oauth2/v1/keys` : `${signer}/v1/keys`;
  return {
    issuer: signer,
    keysUrl,
    clientId: app.clientId,
    audience: `${baseUrl}${LOGOUT_PATH}`,
    issuers: [signer, app.issuer, new URL(app.issuer).origin],
  };
}
