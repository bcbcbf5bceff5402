import type { ClientMetadata } from 'oidc-provider';
import type Provider from 'oidc-provider';

export const CLIENT_ID = 'latchkey-demo';

const LOOPBACK = /^http:\/\/(localhost|127\.0\.0\.1):\d{1,5}(\/[a-z-/]*)$/;

function onLoopback(uri: string, path: string): boolean {
  return LOOPBACK.exec(uri)?.[2] === path;
}

export function demoClient(clientSecret: string, redirectUris: readonly string[]): ClientMetadata {
  return {
    client_id: CLIENT_ID,
    client_name: 'Latchkey',
    client_secret: clientSecret,
    redirect_uris: [...new Set(['http://localhost:3000/auth/callback', ...redirectUris])],
    post_logout_redirect_uris: [
      ...new Set(['http://localhost:3000/signed-out', ...redirectUris.map((uri) => new URL('/signed-out', uri).href)]),
    ],
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
    require_auth_time: true,
  };
}

/** During a change of the secret, Okta accepts two. */
export function acceptSecrets(provider: Provider, accepts: (secret: string) => boolean): void {
  const { prototype } = provider.Client as unknown as {
    prototype: { compareClientSecret(secret: string): Promise<boolean> | boolean };
  };
  prototype.compareClientSecret = (secret) => accepts(secret);
}

/** Tests start portals on free ports, so the exact addresses cannot be registered in advance. */
export function allowLoopbackPorts(provider: Provider): void {
  const { prototype } = provider.Client;
  const { redirectUriAllowed, postLogoutRedirectUriAllowed } = prototype;
  prototype.redirectUriAllowed = function allowed(uri) {
    return redirectUriAllowed.call(this, uri) || onLoopback(uri, '/auth/callback');
  };
  prototype.postLogoutRedirectUriAllowed = function allowed(uri) {
    return postLogoutRedirectUriAllowed.call(this, uri) || onLoopback(uri, '/signed-out');
  };
}
