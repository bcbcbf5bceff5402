import * as z from 'zod/mini';
import { text, textOrEmpty } from './lenient.ts';

const role = z.object({
  id: textOrEmpty,
  /** `SUPER_ADMIN`, `HELP_DESK_ADMIN`, …, `CUSTOM`, or an unknown value. */
  type: text,
  label: textOrEmpty,
  /** `ACTIVE` or `INACTIVE`. */
  status: textOrEmpty,
  /** `USER`, or `GROUP` when a group gives it. */
  assignmentType: textOrEmpty,
});

/** An administrator role of a person. */
export type Role = z.infer<typeof role>;

/**
 * Takes an array of roles. One invalid role fails the list: what is not in it decides whether a person is privileged.
 * @throws {z.core.$ZodError}
 */
export function readRoles(json: unknown): Role[] {
  return z.parse(z.array(role), json);
}
