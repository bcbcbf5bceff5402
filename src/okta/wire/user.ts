import * as z from 'zod/mini';
import { readEach } from './factor.ts';
import { objectOrNull, text, textOrNull, type Json } from './lenient.ts';

const profile = z.object({
  login: textOrNull,
  email: textOrNull,
  secondEmail: textOrNull,
  firstName: textOrNull,
  lastName: textOrNull,
  mobilePhone: textOrNull,
  title: textOrNull,
  department: textOrNull,
  locale: textOrNull,
  preferredLanguage: textOrNull,
  timezone: textOrNull,
});

/** A status is required, because it decides whether a person may sign in. */
const user = z.object({ id: text, status: text, lastUpdated: textOrNull, profile: objectOrNull, _links: objectOrNull });

export type User = {
  id: string;
  /** `ACTIVE`, `SUSPENDED`, `LOCKED_OUT`, `DEPROVISIONED`, … or an unknown value. */
  status: string;
  /** ISO 8601. */
  lastUpdated: string | null;
  profile: z.infer<typeof profile>;
  links: {
    /** True if the user has a factor, even if Okta's list hides it (Okta's docs). */
    resetFactors: boolean;
  };
};

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

/** `attributes`: the requested attributes of the profile, unchanged. */
export type ListedUser = User & { attributes: Json };

/** Leaves out invalid people. Throws a TypeError if no entry of a filled list is valid. */
export function readUsers(
  json: unknown,
  attributes: readonly string[] = [],
): { users: ListedUser[]; unreadable: number } {
  const { read, unreadable } = readEach(json, (entry) => {
    const { data } = z.safeParse(user, entry);
    if (!data) return null;
    const given = attributes.map((name) => [name, data.profile?.[name] ?? null] as const);
    return { ...readUser(entry), attributes: Object.fromEntries(given) };
  });
  return { users: read, unreadable };
}
