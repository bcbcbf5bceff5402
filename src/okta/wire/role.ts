import * as z from 'zod/mini';
import { text } from './lenient.ts';

/** `SUPER_ADMIN`, `HELP_DESK_ADMIN`, …, `CUSTOM`, or an unknown value. */
const role = z.object({ type: text });

/** One invalid role makes the list invalid, because roles decide who is privileged. */
export function readRoles(json: unknown): z.infer<typeof role>[] {
  return z.parse(z.array(role), json);
}
