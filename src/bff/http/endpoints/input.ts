import * as z from 'zod/mini';
import { ApiError } from '#contract/errors.ts';
import type { Endpoint } from '#contract/endpoint.ts';

const nothing = z.strictObject({});

function parse(schema: z.ZodMiniType, value: unknown): unknown {
  const result = z.safeParse(schema, value);
  if (!result.success) throw new ApiError('bad_request', {}, { cause: result.error });
  return result.data;
}

/** Parses a request's input strictly. Throws `bad_request`. */
export function parseInput(
  { params, query, body }: Pick<Endpoint, 'params' | 'query' | 'body'>,
  raw: { params: unknown; query: unknown; body: unknown },
): { params: never; query: never; body: never } {
  return {
    params: parse(params ?? nothing, { ...(raw.params as object) }) as never,
    query: (query
      ? parse(query, { ...(raw.query as object) })
      : void parse(nothing, { ...(raw.query as object) })) as never,
    body: parse(body ?? nothing, body ? raw.body : (raw.body ?? {})) as never,
  };
}
