import type { FastifyInstance } from 'fastify';
import { createLocalJWKSet, jwtVerify, type JWK } from 'jose';
import type Provider from 'oidc-provider';
import { rateHeaders } from '../api/request/headers.ts';
import type { RateBucket } from '../api/request/rate-limit.ts';
import type { EmulatorContext } from '../context/context.ts';
import { findPerson } from '../people/people.ts';
import { OktaError } from '../wire/errors.ts';
import { userinfoClaims } from './claims.ts';
import { AUDIENCE } from './provider.ts';

const PREFIX = '/oauth2/default';

function userinfoRoute(app: FastifyInstance, emulator: EmulatorContext, signingKey: JWK): void {
  const { kty, n, e, kid, alg, use } = signingKey;
  const keys = createLocalJWKSet({ keys: [{ kty, n, e, kid, alg, use } as JWK] });
  app.route({
    method: ['GET', 'POST'],
    url: `${PREFIX}/v1/userinfo`,
    handler: async (request, reply) => {
      void reply.header('cache-control', 'no-store');
      const [scheme, token = ''] = (request.headers.authorization ?? '').split(' ');
      try {
        if (scheme?.toLowerCase() !== 'bearer') throw new Error('no bearer token');
        const { payload } = await jwtVerify(token, keys, { issuer: emulator.issuer, audience: AUDIENCE });
        const person = await findPerson(emulator.db, String(payload.uid));
        if (person?.status !== 'ACTIVE') throw new Error('the person is not active');
        return await userinfoClaims(emulator, person, payload.scp as string[]);
      } catch {
        return reply
          .code(401)
          .header('www-authenticate', 'Bearer error="invalid_token"')
          .send({ error: 'invalid_token', error_description: 'The access token is invalid.' });
      }
    },
  });
}

/** Requests are passed raw, because oidc-provider reads bodies and writes answers itself. */
export function mountProvider(emulator: EmulatorContext, provider: Provider, signingKey: JWK, bucket: RateBucket) {
  const { host, protocol } = new URL(emulator.url);
  const handle = provider.callback();
  return async (app: FastifyInstance): Promise<void> => {
    app.removeAllContentTypeParsers();
    app.addContentTypeParser('*', (_request, _payload, done) => done(null));
    userinfoRoute(app, emulator, signingKey);
    app.all(`${PREFIX}/*`, async (request, reply) => {
      if (request.url === `${PREFIX}/v1/token`) {
        const state = bucket.take();
        // Clients compare the reset with `Date`, so both use the emulator's clock.
        const headers = { date: new Date(emulator.clock.now()).toUTCString(), ...rateHeaders(state) };
        for (const [name, value] of Object.entries(headers)) reply.raw.setHeader(name, value);
        if (state.exhausted) throw new OktaError('E0000047');
      }
      const raw = request.raw as typeof request.raw & { originalUrl?: string };
      raw.originalUrl = raw.url;
      raw.url = raw.url?.slice(PREFIX.length);
      raw.headers['x-forwarded-host'] = host;
      raw.headers['x-forwarded-proto'] = protocol.slice(0, -1);
      reply.hijack();
      await handle(raw, reply.raw);
    });
  };
}
