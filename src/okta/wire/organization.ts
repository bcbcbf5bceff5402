import * as z from 'zod/mini';
import { text } from './lenient.ts';

/** The org's engine: `idx` is Identity Engine, `v1` Classic. Strict, because it decides who may add a first factor. */
const organization = z.object({ id: text, pipeline: z.enum(['idx', 'v1']) });

/** @throws {z.core.$ZodError} for an unknown engine. */
export function readOrganization(json: unknown): z.infer<typeof organization> {
  return z.parse(organization, json);
}
