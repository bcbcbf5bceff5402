import { request } from 'undici';
import { tryClientSecret } from '#bff/features/sign-in/client-secret.ts';
import { universalLogout } from '#bff/features/sign-in/logout-settings.ts';
import { check, ConfigWarning, short, type ConfigCheck } from './config-check.ts';
import type { RealOrg } from '#bff/config/config.ts';

type Discovery = {
  issuer?: string;
  authorization_endpoint?: string;
  token_endpoint?: string;
  claims_supported?: string[];
  scopes_supported?: string[];
};

/** Follows no redirects, and waits at most ten seconds. Throws if there is no answer. */
export async function ask(url: string, headers: Record<string, string> = {}) {
  const answer = await request(url, {
    headers,
    headersTimeout: 5000,
    bodyTimeout: 5000,
    signal: AbortSignal.timeout(10_000),
  });
  return { status: answer.statusCode, headers: answer.headers, text: await answer.body.text() };
}

async function discover(issuer: string): Promise<Discovery | null> {
  try {
    const { status, text } = await ask(`${issuer}/.well-known/openid-configuration`);
    return status === 200 ? (JSON.parse(text) as Discovery) : null;
  } catch {
    return null;
  }
}

type App = { okta: Pick<RealOrg, 'orgUrl' | 'issuer' | 'clientId' | 'clientSecret'>; redirectUri: string };

async function checkIssuer(app: App): Promise<string> {
  const { okta } = app;
  const candidates = [...new Set([okta.issuer, `${okta.orgUrl}/oauth2/default`, okta.orgUrl])];
  const discovered = await Promise.all(candidates.map(discover));
  const answering = candidates.filter((issuer, index) => discovered[index]?.issuer === issuer);
  if (answering.includes(okta.issuer)) {
    const others = answering.filter((issuer) => issuer !== okta.issuer);
    return `${okta.issuer} answers${others.length > 0 ? ` (so does ${others.join(' and ')})` : ''}`;
  }
  if (answering.length > 0)
    throw new Error(`OKTA_ISSUER does not answer, but ${answering.join(' and ')} does: set it to that`);
  throw new Error(
    'neither OKTA_ISSUER nor /oauth2/default nor the org server answers: set OKTA_ISSUER to the issuer that Okta shows at Security > API',
  );
}

async function checkRedirectUri(app: App): Promise<string> {
  const { okta, redirectUri: redirect } = app;
  const endpoint = (await discover(okta.issuer))?.authorization_endpoint;
  if (endpoint === undefined) throw new Error('the issuer names no authorization endpoint: check OKTA_ISSUER');
  const challenge = {
    code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
    code_challenge_method: 'S256',
  };
  const query = {
    client_id: okta.clientId,
    redirect_uri: redirect,
    response_type: 'code',
    scope: 'openid',
    state: 'doctor',
    nonce: 'doctor',
    prompt: 'none',
  };
  const { status, headers } = await ask(`${endpoint}?${new URLSearchParams({ ...query, ...challenge })}`);
  const location = String(headers['location'] ?? '');
  // With `prompt=none` nobody signs in: the issuer redirects with an error, but only to a registered URI.
  if (status < 300 || status >= 400 || !location.startsWith(redirect)) {
    // The token endpoint checks the client first. So its error shows whether the client or the redirect URI is wrong.
    const tokenEndpoint = (await discover(okta.issuer))?.token_endpoint;
    const { clientId, clientSecret } = okta;
    const error =
      tokenEndpoint && (await tryClientSecret({ tokenEndpoint, clientId, clientSecret, redirectUri: redirect }));
    if (error === 'invalid_client')
      throw new Error(
        `Okta knows no app with the client id ${clientId} and this OKTA_CLIENT_SECRET: set OKTA_CLIENT_ID and OKTA_CLIENT_SECRET to those of the web app`,
      );
    throw new Error(`${redirect} is not a sign-in redirect URI of ${okta.clientId}: add it to the app at Okta`);
  }
  const error = URL.parse(location)?.searchParams.get('error') ?? 'login_required';
  if (!/^(?:login|interaction|consent)_required$/.test(error))
    throw new ConfigWarning(
      `${redirect} is registered, but sign-in answers ${error}: check that an access policy of the issuer includes the app`,
    );
  return `${redirect} is registered`;
}

async function checkClientSecret(app: App): Promise<string> {
  const { okta, redirectUri } = app;
  const tokenEndpoint = (await discover(okta.issuer))?.token_endpoint;
  if (tokenEndpoint === undefined) throw new Error('the issuer names no token endpoint: check OKTA_ISSUER');
  const { clientId, clientSecret } = okta;
  const error = await tryClientSecret({
    tokenEndpoint,
    clientId,
    clientSecret,
    redirectUri,
  });
  if (error === 'invalid_client')
    throw new Error(
      `Okta refuses OKTA_CLIENT_SECRET for ${clientId}: set it to the app's client secret, and its client authentication at Okta to "client secret"`,
    );
  // This error is about the code, so Okta has accepted the client.
  if (error === 'invalid_grant') return `Okta accepts it for ${clientId}`;
  throw new ConfigWarning(
    `the token endpoint answers ${error ?? 'nothing that OAuth knows'} to a code that nobody has: allow the app the grant type "authorization code", and an access policy of the issuer to include it`,
  );
}

async function checkGroupsClaim(app: App): Promise<string> {
  const { okta } = app;
  const discovered = await discover(okta.issuer);
  const offered = [...(discovered?.claims_supported ?? []), ...(discovered?.scopes_supported ?? [])].includes('groups');
  if (offered) return 'the issuer offers one; the portal does not need it, since it reads groups by the API';
  throw new ConfigWarning(
    'the issuer announces none, though a sign-in might have one; the portal does not need it, since it reads groups by the API',
  );
}

/** These checks need nobody to sign in. */
export function signInChecks(okta: App['okta'], baseUrl: string): ConfigCheck[] {
  const app: App = { okta, redirectUri: `${baseUrl}/auth/callback` };
  return [
    check('issuer', () => checkIssuer(app), 'org'),
    check('redirect URI', () => checkRedirectUri(app), 'issuer'),
    check('client secret', () => checkClientSecret(app), 'redirect URI'),
    check('groups claim', () => checkGroupsClaim(app), 'issuer'),
  ];
}

/** Without the keys of the logout issuer, the portal would refuse every request of Universal Logout. */
export function logoutChecks({ logoutIssuer, issuer, clientId }: RealOrg, baseUrl: string): ConfigCheck[] {
  return [
    check(
      'universal logout',
      async () => {
        if (logoutIssuer === null) return 'off, since OKTA_LOGOUT_ISSUER is none';
        const { keysUrl } = universalLogout(logoutIssuer, { issuer, clientId }, baseUrl);
        const what = `set OKTA_LOGOUT_ISSUER to the address of the org or of one of its authorization servers, or to none`;
        const { status, text } = await ask(keysUrl).catch((error: unknown) => {
          throw new Error(`${keysUrl} cannot be reached (${short(error)}): ${what}`);
        });
        if (status !== 200 || !text.includes('"keys"'))
          throw new Error(`${keysUrl} has no keys (${status}), so no logout could be verified: ${what}`);
        return `its keys are at ${keysUrl}`;
      },
      'org',
    ),
  ];
}
