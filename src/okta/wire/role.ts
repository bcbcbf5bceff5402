import * as z from 'zod/mini';
import { text, textOrEmpty } from './lenient.ts';

const role = z.object({
  id: textOrEmpty,
  /** `SUPER_ADMIN`, `HELP_DESK_ADMIN`, …, `CUSTOM`, or a word nobody knows yet. */
  type: text,
  label: textOrEmpty,
  /** `ACTIVE` or `INACTIVE`. */
  status: textOrEmpty,
  /** `USER`, or `GROUP` when it comes by a group. */
  assignmentType: textOrEmpty,
});

/** An administrator's role that somebody has. */
export type Role = z.infer<typeof role>;

/**
 * Takes the array of roles. One that cannot be read fails the list: whether somebody is privileged is decided by what
 * is not in it.
 * @throws {z.core.$ZodError}
 */
export function readRoles(json: unknown): Role[] {
  return z.parse(z.array(role), json);
}
