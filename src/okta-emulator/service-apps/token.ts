import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { SignJWT, createLocalJWKSet, importJWK, jwtVerify, type JWK } from 'jose';
import type { Caller } from '../api/request/access.ts';
import { oktaHeaders, rateHeaders } from '../api/request/headers.ts';
import type { RateBucket } from '../api/request/rate-limit.ts';
import type { EmulatorContext } from '../context/context.ts';
import { acceptForms } from '../page/forms.ts';
import { publicHalf, type ServiceApp } from './app.ts';
import { OAuthError, verifyAssertion } from './assertion.ts';
import { ProofError, checkProof, createNonces } from './dpop.ts';

const LIFETIME_SECONDS = 3600;
const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';
/** Okta's `typ` for access tokens of its org authorization server. Only Okta can read them. */
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

async function sign(
  emulator: EmulatorContext,
  signingKey: JWK,
  app: ServiceApp,
  scopes: readonly string[],
  thumbprint: string | null,
): Promise<string> {
  // The emulator's clock, so that tokens age when that clock is moved.
  const issued = Math.floor(emulator.clock.now() / 1000);
  const bound = thumbprint !== null && { cnf: { jkt: thumbprint } };
  return new SignJWT({ ver: 1, cid: app.clientId, scp: scopes, ...bound })
    .setProtectedHeader({ alg: 'RS256', typ: TYPE, kid: signingKey.kid })
    .setIssuer(emulator.url)
    .setAudience(emulator.url)
    .setSubject(app.clientId)
    .setJti(`AT.${emulator.random(32).toString('base64url')}`)
    .setIssuedAt(issued)
    .setExpirationTime(issued + LIFETIME_SECONDS)
    .sign(await importJWK(signingKey, 'RS256'));
}

async function requestingApp(
  emulator: EmulatorContext,
  apps: readonly ServiceApp[],
  form: Record<string, unknown>,
): Promise<ServiceApp> {
  if (form.grant_type !== 'client_credentials')
    throw new OAuthError(400, 'unsupported_grant_type', 'The grant type has to be client_credentials.');
  if (form.client_assertion_type !== ASSERTION_TYPE || typeof form.client_assertion !== 'string') {
    throw new OAuthError(
      401,
      'invalid_client',
      'A service app proves itself by a client_assertion of the type jwt-bearer.',
    );
  }
  const client = await verifyAssertion(emulator, apps, `${emulator.url}${PATH}`, form.client_assertion);
  if (form.client_id !== undefined && form.client_id !== client.clientId) {
    throw new OAuthError(401, 'invalid_client', 'The client_id is not the one in the client_assertion.');
  }
  return client;
}

function refuse(
  error: Error & { statusCode?: number },
  request: FastifyRequest,
  reply: FastifyReply,
  nonce: string,
): FastifyReply {
  const refused = error instanceof OAuthError || error instanceof ProofError ? error : undefined;
  const status = refused instanceof ProofError ? 400 : (refused?.status ?? error.statusCode ?? 500);
  if (refused?.error === 'use_dpop_nonce') void reply.header('dpop-nonce', nonce);
  if (status >= 500) request.log.error(error, 'the token endpoint failed');
  const description = status >= 500 ? 'The authorization server encountered an unexpected condition.' : error.message;
  return reply.code(status).send({
    error: refused?.error ?? (status >= 500 ? 'server_error' : 'invalid_request'),
    error_description: description,
  });
}

export type TokenUse = {
  scheme: string;
  token: string;
  proof: string | string[] | undefined;
  method: string;
  path: string;
};

const readToken = (emulator: EmulatorContext, keys: ReturnType<typeof createLocalJWKSet>, token: string) =>
  jwtVerify<{ cnf?: { jkt?: string } }>(token, keys, {
    issuer: emulator.url,
    audience: emulator.url,
    typ: TYPE,
    currentDate: new Date(emulator.clock.now()),
    requiredClaims: ['exp'],
  }).then(
    ({ payload }) => payload,
    () => undefined,
  );

export function createServiceTokens(
  emulator: EmulatorContext,
  apps: readonly ServiceApp[],
  signingKey: JWK,
  isRevoked: (kid: string) => boolean = () => false,
) {
  const withKeys = ({ jwks, ...app }: ServiceApp): ServiceApp => ({
    ...app,
    jwks: { keys: jwks.keys.filter(({ kid }) => kid === undefined || !isRevoked(kid)) },
  });
  const keys = createLocalJWKSet({ keys: [publicHalf(signingKey)] });

  const nonces = createNonces(emulator, JSON.stringify(signingKey.d));

  return {
    /** Undefined for a foreign or expired token. Throws a ProofError if the proof for a bound token is invalid. */
    async bearer({ scheme, token, proof, method, path }: TokenUse): Promise<Caller | undefined> {
      const payload = await readToken(emulator, keys, token);
      const app = payload && apps.find(({ clientId }) => clientId === payload['cid']);
      if (!app) return undefined;
      const key = payload.cnf?.jkt;
      if ((scheme === 'DPoP') !== (key !== undefined)) return undefined;
      if (key !== undefined) {
        const thumbprint = await checkProof(emulator, { header: proof, method, url: emulator.url + path, token });
        if (thumbprint !== key)
          throw new ProofError('invalid_dpop_proof', 'The DPoP proof JWT is of another key than the access token.');
      }
      return { role: app.role, groups: app.groups ?? [], scopes: payload['scp'] as string[] };
    },

    /** Client credentials with `private_key_jwt` (RFC 6749 section 4.4). */
    async routes(app: FastifyInstance, { bucket }: { bucket: RateBucket }): Promise<void> {
      acceptForms(app);
      app.addHook('onRequest', async (_request, reply) => {
        const state = bucket.take();
        void reply.headers({ ...oktaHeaders(emulator), ...rateHeaders(state), 'cache-control': 'no-store' });
        if (state.exhausted)
          throw new OAuthError(429, 'too_many_requests', 'API call exceeded rate limit due to too many requests.');
      });
      app.setErrorHandler((error: Error & { statusCode?: number }, request, reply) =>
        refuse(error, request, reply, nonces.current()),
      );
      app.post(PATH, { bodyLimit: 16_384 }, async (request) => {
        const form = (request.body ?? {}) as Record<string, unknown>;
        const client = await requestingApp(emulator, apps.map(withKeys), form);
        const scopes = requestedScopes(client, form.scope);
        const place = { method: 'POST', url: `${emulator.url}${PATH}`, token: null };
        const key = client.dpop
          ? await checkProof(emulator, { ...place, header: request.headers['dpop'], acceptsNonce: nonces.accepts })
          : null;
        return {
          token_type: key === null ? 'Bearer' : 'DPoP',
          expires_in: LIFETIME_SECONDS,
          access_token: await sign(emulator, signingKey, client, scopes, key),
          scope: scopes.join(' '),
        };
      });
    },
  };
}
