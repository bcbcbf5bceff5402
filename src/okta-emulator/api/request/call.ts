import type { FastifyRequest } from 'fastify';
import type { Call, Json } from '../../factors/kind/kind.ts';
import { invalid } from '../../wire/errors.ts';
import { objectIn as bodyObject, type Fields } from '../../wire/shapes.ts';

type Query = Record<string, string | string[] | undefined>;

function objectIn(body: unknown): Json {
  if (body === undefined || body === null) return {};
  if (typeof body !== 'object' || Array.isArray(body)) throw invalid('body');
  return body as Json;
}

function lifetimeIn(value: string | undefined): number {
  if (value === undefined) return 300;
  if (!/^\d{1,5}$/.test(value) || Number(value) < 1 || Number(value) > 86_400) throw invalid('tokenLifetimeSeconds');
  return Number(value);
}

/** Like Okta, ignores other spellings of the name. */
export function readFlag(request: Pick<FastifyRequest, 'query'>, name: string, otherwise = false): boolean {
  const value = [(request.query as Query)[name]].flat()[0];
  return value === undefined ? otherwise : value === 'true';
}

export const readBody = (request: Pick<FastifyRequest, 'body'>): Fields => bodyObject(request.body);

/** @throws E0000001 if the body is not an object, or `tokenLifetimeSeconds` is not 1 to 86400 */
export function readCall(request: FastifyRequest): Call {
  const query = request.query as Query;
  const first = (name: string) => [query[name]].flat()[0];
  const header = (name: string) => [request.headers[name]].flat()[0];
  return {
    body: objectIn(request.body),
    query: {
      activate: readFlag(request, 'activate'),
      updatePhone: readFlag(request, 'updatePhone'),
      templateId: first('templateId'),
      tokenLifetimeSeconds: lifetimeIn(first('tokenLifetimeSeconds')),
    },
    headers: {
      acceptLanguage: header('accept-language'),
      userAgent: header('user-agent'),
      forwardedFor: header('x-forwarded-for'),
    },
  };
}
