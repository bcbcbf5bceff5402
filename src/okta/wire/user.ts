import * as z from 'zod/mini';
import { readEach } from './factor.ts';
import { objectOrNull, text, textOrNull } from './lenient.ts';

const profile = z.object({
  login: textOrNull,
  email: textOrNull,
  secondEmail: textOrNull,
  firstName: textOrNull,
  lastName: textOrNull,
  mobilePhone: textOrNull,
});

/** Status is strict: whether somebody may come in hangs on it, so an answer without one is no answer. */
const user = z.object({ id: text, status: text, lastUpdated: textOrNull, profile: objectOrNull, _links: objectOrNull });

export type User = {
  id: string;
  /** `ACTIVE`, `SUSPENDED`, `LOCKED_OUT`, `DEPROVISIONED`, … or a word nobody knows yet. */
  status: string;
  /** When anything about the user changed last (ISO 8601). */
  lastUpdated: string | null;
  profile: z.infer<typeof profile>;
  links: {
    /**
     * The org offers to reset factors, "only while the user has a factor" (as published and recorded), also one its
     * list hides from us.
     */
    resetFactors: boolean;
  };
};

/** @throws {z.core.$ZodError} without id or status. */
export function readUser(json: unknown): User {
  const { id, status, lastUpdated, profile: fields, _links } = z.parse(user, json);
  return {
    id,
    status,
    lastUpdated,
    profile: z.parse(profile, fields ?? {}),
    links: { resetFactors: _links?.['resetFactors'] != null },
  };
}

/**
 * Takes one page of a search, an array. People that cannot be read are left out.
 * @throws {TypeError} when none of it can be read.
 */
export function readUsers(json: unknown): User[] {
  return readEach(json, (entry) => (z.safeParse(user, entry).success ? readUser(entry) : null)).read;
}
