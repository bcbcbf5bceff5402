import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest, HTTPMethods } from 'fastify';
import type { Context } from '../context.ts';
import { newErrorId } from '../ids.ts';
import { OktaError, errorBody } from './errors.ts';
import { factorRoutes } from './factors.ts';
import { dress } from './headers.ts';
import { lifecycleRoutes } from './lifecycle.ts';
import type { RateBucket } from './rate-limit.ts';
import { userRoutes } from './users.ts';

const digest = (text: string) => createHash('sha256').update(text).digest();

const VERBS: readonly HTTPMethods[] = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];

/** Turns whatever went wrong into a refusal of Okta's. What nobody foresaw is logged and answered with E0000009. */
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

/** Writes a refusal in Okta's shape. */
export function refuse(org: Context, reply: FastifyReply, error: OktaError): FastifyReply {
  return reply.code(error.status).headers(error.headers).type('application/json').send(errorBody(error, newErrorId(org.random)));
}

/** Throws the refusals Okta's front makes before it looks at a request's content. */
function checkRequest(request: FastifyRequest): void {
  const { accept } = request.headers;
  if (accept && !/\*\/\*|application\/(\*|json)/i.test(accept)) throw new OktaError('E0000122');
  const writes = request.method === 'POST' || request.method === 'PUT';
  const measured = request.headers['content-length'] !== undefined || request.headers['transfer-encoding'] !== undefined;
  if (writes && !measured) throw new OktaError('E0000003', { status: 411 });
}

/**
 * The management API under `/api/v1`. Every call carries the org's token (`Authorization: SSWS …`) or is refused with 401
 * E0000011; every answer carries Okta's headers; a known path with another method is 405 E0000022, an unknown one 404 E0000008.
 */
export function managementApi(org: Context, apiToken: string, bucket: RateBucket) {
  const expected = digest(`SSWS ${apiToken}`);
  return async (app: FastifyInstance): Promise<void> => {
    app.removeAllContentTypeParsers();
    // Okta's SDKs announce JSON on calls that have no body.
    app.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, text, done) => {
      if (text === '') return done(null, undefined);
      try {
        return done(null, JSON.parse(text as string));
      } catch {
        return done(new OktaError('E0000003'));
      }
    });

    app.addHook('onRequest', async (request, reply) => {
      const state = bucket.take();
      dress(org, reply, state);
      if (state.spent) throw new OktaError('E0000047');
      if (!timingSafeEqual(digest(request.headers.authorization ?? ''), expected)) throw new OktaError('E0000011');
      checkRequest(request);
    });
    // Okta names no charset, and a 204 carries no type.
    app.addHook('onSend', async (_request, reply) => {
      if (reply.hasHeader('content-type')) void reply.header('content-type', 'application/json');
    });
    app.setErrorHandler((error, request, reply) => refuse(org, reply, asOktaError(error, request)));
    app.setNotFoundHandler((_request, reply) => refuse(org, reply, new OktaError('E0000008')));

    const methods = new Map<string, Set<string>>();
    app.addHook('onRoute', ({ url, method }) => {
      const known = methods.get(url) ?? new Set();
      for (const one of [method].flat()) known.add(one);
      methods.set(url, known);
    });
    userRoutes(app, org);
    lifecycleRoutes(app, org);
    factorRoutes(app, org);
    for (const [url, known] of [...methods]) {
      const others = VERBS.filter((verb) => !known.has(verb));
      const path = url.slice(app.prefix.length);
      app.route({ method: others as HTTPMethods[], url: path, handler: async (_request, reply) => refuse(org, reply, new OktaError('E0000022')) });
    }
  };
}
