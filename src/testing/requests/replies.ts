import * as z from 'zod/mini';
import { allEndpoints } from '#contract/all.ts';
import type { Endpoint } from '#contract/endpoint.ts';
import type { EndpointName } from '#contract/endpoints.ts';
import { errors } from '#contract/errors.ts';
import { stepUpOption } from '#contract/replies.ts';

const date = z.string().check(z.regex(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/));
const failure = z.strictObject({
  error: z.strictObject({
    code: z.enum(Object.keys(errors) as [keyof typeof errors]),
    requestId: z.string(),
    purpose: z.optional(z.string()),
    strength: z.optional(z.number()),
    options: z.optional(z.array(stepUpOption)),
    triesLeft: z.optional(z.number()),
    retryAt: z.optional(date),
    closed: z.optional(z.enum(['all', 'kind'])),
    signIn: z.optional(z.string().check(z.regex(/^\/auth\/step-up\?/))),
    factorId: z.optional(z.string()),
    rule: z.optional(z.string()),
  }),
});

/** Images and text files have no schema. */
function findShape(endpoint: Endpoint): z.ZodMiniType {
  if (endpoint.answer === 'json') return endpoint.reply;
  return endpoint.answer === 'none' ? z.undefined() : z.any();
}

export function assertShape(name: EndpointName, status: number, body: unknown): void {
  const result = z.safeParse(status < 400 ? findShape(allEndpoints[name]) : failure, body);
  if (!result.success)
    throw new Error(
      `${name} answered ${status} with what is not in the contract: ${z.prettifyError(result.error)}\n${JSON.stringify(body)}`,
    );
}
