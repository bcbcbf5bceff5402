import { isPurpose } from '#contract/purposes.ts';
import * as z from 'zod/mini';
import { ApiError } from '#contract/errors.ts';
import type { Endpoint } from '#contract/endpoint.ts';

const nothing = z.strictObject({});

/** A page of another version may send a purpose that this version does not know. */
const hasOldPurpose = (value: unknown): boolean => {
  const { purpose } = (value ?? {}) as { purpose?: unknown };
  return typeof purpose === 'string' && !isPurpose(purpose);
};

function parse(schema: z.ZodMiniType, value: unknown): unknown {
  const result = z.safeParse(schema, value);
  if (!result.success) {
    const cause = { cause: result.error };
    throw hasOldPurpose(value)
      ? ApiError.withRule('bad_request', 'purpose', {}, cause)
      : new ApiError('bad_request', {}, cause);
  }
  return result.data;
}

/** Most requests have no parameters, query or body, and this check is faster than a schema. */
function isNothing(value: unknown): boolean {
  if (typeof value !== 'object' || Array.isArray(value)) return value === undefined;
  for (const _ in value) return false;
  return true;
}

const parseNothing = (value: unknown): unknown => (isNothing(value) ? {} : parse(nothing, value));

/** Throws `bad_request` for invalid input and for unknown fields. */
export function parseInput(
  { params, query, body }: Pick<Endpoint, 'params' | 'query' | 'body'>,
  raw: { params: unknown; query: unknown; body: unknown },
): { params: never; query: never; body: never } {
  return {
    params: (params ? parse(params, { ...(raw.params as object) }) : parseNothing(raw.params)) as never,
    query: (query ? parse(query, { ...(raw.query as object) }) : void parseNothing(raw.query)) as never,
    body: (body ? parse(body, raw.body) : parseNothing(raw.body)) as never,
  };
}
