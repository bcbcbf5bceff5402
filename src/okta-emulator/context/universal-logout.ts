import { request } from 'node:http';
import type { FastifyInstance } from 'fastify';
import { importJWK, SignJWT, type JWK } from 'jose';
import type { EmulatorContext } from './context.ts';

const TYPE = 'global-token-revocation+jwt';
const MINUTES_5 = 300;

const post = (address: string, token: string, body: string): Promise<number> =>
  new Promise((resolve, reject) => {
    const headers = {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
    };
    const asking = request(address, { method: 'POST', headers, signal: AbortSignal.timeout(2_000) }, (answer) => {
      answer.resume();
      resolve(answer.statusCode ?? 0);
    });
    asking.on('error', reject);
    asking.end(body);
  });

type Parts = Pick<EmulatorContext, 'url' | 'clock' | 'random' | 'log'> & {
  signingKey: JWK;
  clientId: string;
  endpoint: string | null;
};

export type UniversalLogout = {
  /** The app's endpoint. Null if there is none. */
  endpoint: string | null;
  /** Sends once, and returns the answer's status. Null if there is no endpoint, or no answer within 2 s. */
  send(personId: string): Promise<number | null>;
  routes(app: FastifyInstance): void;
};

/** As Okta documents under "Build Universal Logout for your app" (subject format: issuer and subject). */
export function createUniversalLogout({
  url,
  clock,
  random,
  log,
  signingKey,
  clientId,
  endpoint,
}: Parts): UniversalLogout {
  const { kty, n, e, kid, alg, use } = signingKey;
  return {
    endpoint,
    async send(personId) {
      if (this.endpoint === null) return null;
      const now = Math.floor(clock.now() / 1000);
      const token = await new SignJWT({ jti: random(16).toString('base64url') })
        .setProtectedHeader({ alg: 'RS256', typ: TYPE, kid: kid! })
        .setIssuer(url)
        .setSubject(clientId)
        .setAudience(this.endpoint)
        .setIssuedAt(now)
        .setNotBefore(now - MINUTES_5)
        .setExpirationTime(now + MINUTES_5)
        .sign(await importJWK(signingKey, 'RS256'));
      const body = JSON.stringify({ sub_id: { format: 'iss_sub', iss: url, sub: personId } });
      return post(this.endpoint, token, body).catch((error: unknown) => {
        log.warn(error, 'the app did not answer a universal logout');
        return null;
      });
    },
    routes(app) {
      app.get('/oauth2/v1/keys', async () => ({ keys: [{ kty, n, e, kid, alg, use }] }));
    },
  };
}
