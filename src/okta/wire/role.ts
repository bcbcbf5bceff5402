import * as z from 'zod/mini';
import { text } from './lenient.ts';

/** A person's administrator role. The type is `SUPER_ADMIN`, `HELP_DESK_ADMIN`, …, `CUSTOM`, or an unknown value. */
const role = z.object({ type: text });

/**
 * Takes an array of roles. One invalid role fails the list: what is not in it decides whether a person is privileged.
 * @throws {z.core.$ZodError}
 */
export function readRoles(json: unknown): z.infer<typeof role>[] {
  return z.parse(z.array(role), json);
}
