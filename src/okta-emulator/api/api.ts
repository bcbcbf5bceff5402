import type { FastifyInstance, FastifyReply, FastifyRequest, HTTPMethods } from 'fastify';
import type { EmulatorContext } from '../context/context.ts';
import { newErrorId } from '../wire/ids.ts';
import { assertAllowed, tokenReader, type ApiToken, type Caller } from './request/access.ts';
import { OktaError, errorBody } from '../wire/errors.ts';
import { authenticatorRoutes } from './authenticators.ts';
import { enrollmentRoutes } from './enrollments.ts';
import { factorRoutes } from './factors.ts';
import { dress } from './request/headers.ts';
import { groupRoutes } from './groups/groups.ts';
import { policyRoutes } from './policies.ts';
import type { RateBucket } from './request/rate-limit.ts';
import { credentialRoutes } from './users/credentials.ts';
import { lifecycleRoutes } from './users/lifecycle.ts';
import { roleRoutes } from './users/roles.ts';
import { userRoutes } from './users/users.ts';

declare module 'fastify' {
  interface FastifyRequest {
    caller?: Caller;
  }
  interface FastifyContextConfig {
    /** A known path with an unknown method. */
    otherMethod?: boolean;
    /** True if the route needs no credentials. */
    open?: boolean;
  }
}

export type Credentials = {
  tokens: readonly ApiToken[];
  isRevoked?: (token: string) => boolean;
  /**
   * Returns the owner of a service app's access token. Undefined if the token is unknown or has expired. Throws an
   * Error with an `error` of RFC 9449 if the proof is invalid.
   */
  bearer(use: {
    scheme: string;
    token: string;
    proof: string | string[] | undefined;
    method: string;
    path: string;
  }): Promise<Caller | undefined>;
};

const VERBS: readonly HTTPMethods[] = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];

export function asOktaError(error: unknown, request: FastifyRequest): OktaError {
  if (error instanceof OktaError) return error;
  const { code, statusCode } = error as { code?: string; statusCode?: number };
  if (code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE') return new OktaError('E0000021');
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE') return new OktaError('E0000003', { status: 413 });
  if (statusCode === 404) return new OktaError('E0000008');
  if (statusCode !== undefined && statusCode < 500) return new OktaError('E0000003', { status: statusCode });
  request.log.error(error, 'the org failed at a request');
  return new OktaError('E0000009');
}

export function refuse(emulator: EmulatorContext, reply: FastifyReply, error: OktaError): FastifyReply {
  return reply
    .code(error.status)
    .headers(error.headers)
    .type('application/json')
    .send(errorBody(error, newErrorId(emulator.random)));
}

/** Okta answers 400 to an invalid proof, although RFC 9449 section 7.1 requires 401. */
function proofRefused(emulator: EmulatorContext, error: unknown): unknown {
  const { error: reason, message } = error as { error?: string; message: string };
  if (reason === undefined) return error;
  const challenge = `DPoP algs="RS256 RS384 RS512 ES256 ES384 ES512", realm="${emulator.url}", error="${reason}", error_description="${message}"`;
  return new OktaError('E0000011', { status: 400, headers: { 'www-authenticate': challenge } });
}

/** Okta's gateway refuses some requests before their bodies are read. */
function checkRequest(request: FastifyRequest): void {
  const { accept } = request.headers;
  if (accept && !/\*\/\*|application\/(\*|json)/i.test(accept)) throw new OktaError('E0000122');
  const writes = request.method === 'POST' || request.method === 'PUT';
  const measured =
    request.headers['content-length'] !== undefined || request.headers['transfer-encoding'] !== undefined;
  if (writes && !measured) throw new OktaError('E0000003', { status: 411 });
}

function acceptJson(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  // Okta's SDKs send a JSON content type without a body.
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, text, done) => {
    if (text === '') return done(null, undefined);
    try {
      return done(null, JSON.parse(text as string));
    } catch {
      return done(new OktaError('E0000003'));
    }
  });
}

async function findCaller(
  emulator: EmulatorContext,
  credentials: Credentials,
  tokenOwner: ReturnType<typeof tokenReader>,
  request: FastifyRequest,
): Promise<Caller | undefined> {
  const { authorization = '' } = request.headers;
  const [, scheme, token] = /^(Bearer|DPoP) (.*)$/.exec(authorization) ?? [];
  if (scheme === undefined || token === undefined) return tokenOwner(authorization);
  return credentials
    .bearer({ scheme, token, proof: request.headers['dpop'], method: request.method, path: request.url })
    .catch((error: unknown) => {
      throw proofRefused(emulator, error);
    });
}

function refuseOtherMethods(
  app: FastifyInstance,
  emulator: EmulatorContext,
  methods: ReadonlyMap<string, ReadonlySet<string>>,
): void {
  for (const [url, known] of [...methods]) {
    const others = VERBS.filter((verb) => !known.has(verb));
    const path = url.slice(app.prefix.length);
    const config = { otherMethod: true };
    app.route({
      method: others as HTTPMethods[],
      url: path,
      config,
      handler: async (_request, reply) => refuse(emulator, reply, new OktaError('E0000022')),
    });
  }
}

/**
 * The management API below `/api/v1`. Errors: 401 E0000011 without a valid token, 403 E0000006 for a call that the
 * token's role or scopes do not allow, 404 E0000008 for an unknown path, 405 E0000022 for an unknown method.
 */
export function managementApi(emulator: EmulatorContext, credentials: Credentials, bucket: RateBucket) {
  const tokenOwner = tokenReader(credentials.tokens, credentials.isRevoked);
  return async (app: FastifyInstance): Promise<void> => {
    acceptJson(app);
    app.addHook('onRequest', async (request, reply) => {
      const state = bucket.take();
      dress(emulator, reply, state);
      if (state.exhausted) throw new OktaError('E0000047');
      if (request.routeOptions.config.open) return;
      request.caller = await findCaller(emulator, credentials, tokenOwner, request);
      if (!request.caller) throw new OktaError('E0000011');
      checkRequest(request);
      if (!request.is404 && !request.routeOptions.config.otherMethod)
        await assertAllowed(emulator, request.caller, request);
    });
    // Okta's answers have no charset, and a 204 has no content type.
    app.addHook('onSend', async (_request, reply) => {
      if (String(reply.getHeader('content-type') ?? '').startsWith('application/json'))
        void reply.header('content-type', 'application/json');
    });
    app.setErrorHandler((error, request, reply) => refuse(emulator, reply, asOktaError(error, request)));
    app.setNotFoundHandler((_request, reply) => refuse(emulator, reply, new OktaError('E0000008')));

    const methods = new Map<string, Set<string>>();
    app.addHook('onRoute', ({ url, method }) => {
      const known = methods.get(url) ?? new Set();
      for (const one of [method].flat()) known.add(one);
      methods.set(url, known);
    });
    for (const routes of [
      userRoutes,
      credentialRoutes,
      lifecycleRoutes,
      roleRoutes,
      groupRoutes,
      policyRoutes,
      authenticatorRoutes,
      enrollmentRoutes,
      factorRoutes,
    ])
      routes(app, emulator);
    refuseOtherMethods(app, emulator, methods);
  };
}
