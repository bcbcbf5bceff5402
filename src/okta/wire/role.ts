import * as z from 'zod/mini';
import { text } from './lenient.ts';

/** A person's administrator role: `SUPER_ADMIN`, `HELP_DESK_ADMIN`, …, `CUSTOM`, or an unknown value. */
const role = z.object({ type: text });

/**
 * Reads an array of roles. One invalid role makes the list invalid: missing roles also decide who is privileged.
 * @throws {z.core.$ZodError}
 */
export function readRoles(json: unknown): z.infer<typeof role>[] {
  return z.parse(z.array(role), json);
}
