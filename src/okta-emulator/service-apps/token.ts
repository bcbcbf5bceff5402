import type { FastifyInstance } from 'fastify';
import { SignJWT, createLocalJWKSet, importJWK, jwtVerify, type JWK } from 'jose';
import type { Caller } from '../api/access.ts';
import { oktaHeaders, rateHeaders } from '../api/headers.ts';
import type { RateBucket } from '../api/rate-limit.ts';
import type { EmulatorContext } from '../context/context.ts';
import { acceptForms } from '../page/forms.ts';
import { publicHalf, type ServiceApp } from './app.ts';
import { OAuthError, clientOf } from './assertion.ts';

const LIFETIME_SECONDS = 3600;
const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';
/** Okta's `typ` for access tokens of its org authorization server, which only Okta can read. */
const TYPE = 'application/okta-internal-at+jwt';

const PATH = '/oauth2/v1/token';

function requestedScopes(app: ServiceApp, scope: unknown): string[] {
  const requested = typeof scope === 'string' ? scope.split(' ').filter((one) => one !== '') : [];
  if (requested.length === 0) throw new OAuthError(400, 'invalid_scope', 'The scope parameter is missing.');
  const unknown = requested.filter((one) => !(app.scopes as readonly string[]).includes(one));
  if (unknown.length > 0)
    throw new OAuthError(
      400,
      'invalid_scope',
      'One or more scopes are not configured for the authorization server resource.',
    );
  return [...new Set(requested)];
}

/** The org authorization server for service apps: issues and verifies access tokens of the management API. */
export function createServiceTokens(emulator: EmulatorContext, apps: readonly ServiceApp[], signingKey: JWK) {
  const issuer = emulator.url;
  const keys = createLocalJWKSet({ keys: [publicHalf(signingKey)] });

  const sign = async (app: ServiceApp, scopes: readonly string[]): Promise<string> => {
    // By the emulator's clock, so that moving it ages tokens; no other program reads them.
    const issued = Math.floor(emulator.clock.now() / 1000);
    return new SignJWT({ ver: 1, cid: app.clientId, scp: scopes })
      .setProtectedHeader({ alg: 'RS256', typ: TYPE, kid: signingKey.kid })
      .setIssuer(issuer)
      .setAudience(issuer)
      .setSubject(app.clientId)
      .setJti(`AT.${emulator.random(32).toString('base64url')}`)
      .setIssuedAt(issued)
      .setExpirationTime(issued + LIFETIME_SECONDS)
      .sign(await importJWK(signingKey, 'RS256'));
  };

  return {
    /** The caller of an access token; undefined for any other token, an expired one, or one of a removed app. */
    async bearer(token: string): Promise<Caller | undefined> {
      try {
        const { payload } = await jwtVerify(token, keys, {
          issuer,
          audience: issuer,
          typ: TYPE,
          currentDate: new Date(emulator.clock.now()),
          requiredClaims: ['exp'],
        });
        const app = apps.find(({ clientId }) => clientId === payload.cid);
        return app && { role: app.role, groups: app.groups ?? [], scopes: payload.scp as string[] };
      } catch {
        return undefined;
      }
    },

    /**
     * `POST /oauth2/v1/token`: client credentials with `private_key_jwt`, form in, JSON out (RFC 6749 section 4.4). A
     * token is valid for an hour. Errors: 400 `invalid_request`, `unsupported_grant_type`, `invalid_scope`; 401
     * `invalid_client`.
     */
    async routes(app: FastifyInstance, { bucket }: { bucket: RateBucket }): Promise<void> {
      acceptForms(app);
      app.addHook('onRequest', async (_request, reply) => {
        const state = bucket.take();
        void reply.headers({ ...oktaHeaders(emulator), ...rateHeaders(state), 'cache-control': 'no-store' });
        if (state.exhausted)
          throw new OAuthError(429, 'too_many_requests', 'API call exceeded rate limit due to too many requests.');
      });
      app.setErrorHandler((error: Error & { statusCode?: number }, request, reply) => {
        const refused = error instanceof OAuthError ? error : undefined;
        const status = refused?.status ?? error.statusCode ?? 500;
        if (status >= 500) request.log.error(error, 'the token endpoint failed');
        const description =
          status >= 500 ? 'The authorization server encountered an unexpected condition.' : error.message;
        return reply.code(status).send({
          error: refused?.error ?? (status >= 500 ? 'server_error' : 'invalid_request'),
          error_description: description,
        });
      });
      app.post(PATH, { bodyLimit: 16_384 }, async (request) => {
        const form = (request.body ?? {}) as Record<string, unknown>;
        if (form.grant_type !== 'client_credentials')
          throw new OAuthError(400, 'unsupported_grant_type', 'The grant type has to be client_credentials.');
        if (form.client_assertion_type !== ASSERTION_TYPE || typeof form.client_assertion !== 'string') {
          throw new OAuthError(
            401,
            'invalid_client',
            'A service app proves itself by a client_assertion of the type jwt-bearer.',
          );
        }
        const client = await clientOf(emulator, apps, `${emulator.url}${PATH}`, form.client_assertion);
        if (form.client_id !== undefined && form.client_id !== client.clientId) {
          throw new OAuthError(401, 'invalid_client', 'The client_id is not the one in the client_assertion.');
        }
        const scopes = requestedScopes(client, form.scope);
        return {
          token_type: 'Bearer',
          expires_in: LIFETIME_SECONDS,
          access_token: await sign(client, scopes),
          scope: scopes.join(' '),
        };
      });
    },
  };
}
