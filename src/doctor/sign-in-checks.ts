import { request } from 'undici';
import { check, ConfigWarning, type ConfigCheck } from './config-check.ts';
import type { RealOrg } from '#bff/config/config.ts';

type Discovery = {
  issuer?: string;
  authorization_endpoint?: string;
  claims_supported?: string[];
  scopes_supported?: string[];
};

/**
 * One GET without redirects, within ten seconds.
 * @throws when there is no answer
 */
export async function ask(url: string) {
  const answer = await request(url, { headersTimeout: 5000, bodyTimeout: 5000, signal: AbortSignal.timeout(10_000) });
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

/**
 * Checks what can be checked without signing in: the issuer answers, it knows our redirect URI, and which claims it
 * announces.
 */
export function signInChecks(okta: Pick<RealOrg, 'orgUrl' | 'issuer' | 'clientId'>, baseUrl: string): ConfigCheck[] {
  return [
    check('issuer', async () => {
      const candidates = [...new Set([okta.issuer, `${okta.orgUrl}/oauth2/default`, okta.orgUrl])];
      const found = await Promise.all(candidates.map(discover));
      const answering = candidates.filter((issuer, index) => found[index]?.issuer === issuer);
      if (answering.includes(okta.issuer)) {
        const others = answering.filter((issuer) => issuer !== okta.issuer);
        return `${okta.issuer} answers${others.length > 0 ? ` (so does ${others.join(' and ')})` : ''}`;
      }
      if (answering.length > 0)
        throw new Error(`OKTA_ISSUER does not answer, but ${answering.join(' and ')} does: set it to that`);
      throw new Error('neither OKTA_ISSUER nor /oauth2/default nor the org server answers: check OKTA_ISSUER');
    }),
    check('redirect URI', async () => {
      const redirect = `${baseUrl}/auth/callback`;
      const endpoint = (await discover(okta.issuer))?.authorization_endpoint;
      if (endpoint === undefined) throw new Error('it can be checked once the issuer answers');
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
      // The issuer redirects to a registered address only, with the error that nobody is signed in.
      if (status < 300 || status >= 400 || !location.startsWith(redirect)) {
        throw new Error(`${redirect} is not a sign-in redirect URI of ${okta.clientId}: add it to the app at Okta`);
      }
      const error = URL.parse(location)?.searchParams.get('error') ?? 'login_required';
      if (!/^(?:login|interaction|consent)_required$/.test(error))
        throw new ConfigWarning(
          `${redirect} is registered, but sign-in answers ${error}: check that an access policy of the issuer includes the app`,
        );
      return `${redirect} is registered`;
    }),
    check('groups claim', async () => {
      const found = await discover(okta.issuer);
      const offered = [...(found?.claims_supported ?? []), ...(found?.scopes_supported ?? [])].includes('groups');
      if (offered) return 'the issuer offers one; the portal does not need it, since it reads groups by the API';
      throw new ConfigWarning(
        'the issuer announces none, though a sign-in might have one; the portal does not need it, since it reads groups by the API',
      );
    }),
  ];
}
