import { request } from 'undici';

type ClientLogin = { tokenEndpoint: string; clientId: string; clientSecret: string; redirectUri: string };

/**
 * Sends a code that does not exist. Okta answers `invalid_client` for a wrong secret, otherwise `invalid_grant` (RFC
 * 6749 section 5.2). Returns null if the answer is no OAuth error. Rejects if no server answers.
 */
export async function tryClientSecret({ tokenEndpoint, clientId, clientSecret, redirectUri }: ClientLogin) {
  const { body } = await request(tokenEndpoint, {
    method: 'POST',
    headers: { accept: 'application/json', 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({
      grant_type: 'authorization_code',
      client_id: clientId,
      client_secret: clientSecret,
      code: 'a-code-that-nobody-has',
      code_verifier: 'a-verifier-that-belongs-to-no-code-of-anybody',
      redirect_uri: redirectUri,
    }).toString(),
    headersTimeout: 5_000,
    bodyTimeout: 5_000,
    signal: AbortSignal.timeout(10_000),
  });
  const text = await body.text();
  try {
    const { error } = JSON.parse(text) as { error?: unknown };
    return typeof error === 'string' ? error : null;
  } catch {
    return null;
  }
}
