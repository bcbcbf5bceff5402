import { fillPath, writeQuery } from './wire/path.ts';
import { nextPage } from './transport/next-page.ts';
import type { CallContext } from './transport/request-headers.ts';
import { readNothing } from './transport/reply.ts';
import type { Exchange } from './transport/pool.ts';
import type { Transport } from './transport/transport.ts';
import { readRoles } from './wire/role.ts';
import { readUser, readUsers, type ListedUser } from './wire/user.ts';

/**
 * One page of people. Searches lag behind changes by seconds and their entries have no links: call `getUser` before
 * changing anything.
 */
export type UserPage = {
  users: ListedUser[];
  /** How many entries of the page could not be read. */
  unreadable: number;
  /** The `after` of the next page; null on the last. */
  next: string | null;
};
/** `attributes`: those of the profile that are kept besides the usual ones. */
export type PageQuery = { limit: number; after?: string | undefined; attributes?: readonly string[] };

const users = '/api/v1/users';
const user = `${users}/{userId}`;
const reset = `${user}/lifecycle/reset_factors`;
const unlock = `${user}/lifecycle/unlock`;
const roles = `${user}/roles`;

/** Reads one page of people of a list at `path`. A next page elsewhere is `bad_reply`. */
export const readUserPage =
  (origin: string, path: string, attributes?: readonly string[]) =>
  (json: unknown, { headers }: Exchange): UserPage => ({
    ...readUsers(json, attributes),
    next: cursorIn(nextPage(headers['link'], origin, path)),
  });

/** Returns a quoted value of Okta's search language. */
export const quoted = (value: string): string => `"${value.replaceAll(/[\\"]/g, '\\$&')}"`;

export function createUsersApi({ origin, send }: Transport) {
  return {
    /** One person by id. 404 `E0000007` for an unknown one; a DEPROVISIONED person is still found. */
    async getUser({ userId }: { userId: string }, context?: CallContext) {
      return send({ method: 'GET', template: user, path: fillPath(user, { userId }), read: readUser }, context);
    },
    /**
     * People by Okta's search language (`profile.email eq "ada@example.com"`; `quoted` quotes values), DEPROVISIONED
     * ones too. `limit` is 1 to 200. 400 `E0000031` for an invalid search. A next page elsewhere is `bad_reply`.
     */
    async searchUsers({ attributes, ...query }: PageQuery & { search: string }, context?: CallContext) {
      const read = readUserPage(origin, users, attributes);
      return send({ method: 'GET', template: users, path: users + writeQuery(query), read }, context);
    },
    /**
     * Removes all factors of a person, also when there are none. On Identity Engine the verified primary email is
     * enrolled again at once, and a recovery question stays (Okta's docs).
     */
    async resetFactors(
      { userId, removeRecoveryEnrollment }: { userId: string; removeRecoveryEnrollment?: boolean },
      context?: CallContext,
    ) {
      const path = fillPath(reset, { userId }) + writeQuery({ removeRecoveryEnrollment });
      return send({ method: 'POST', template: reset, path, body: {}, read: readNothing }, context);
    },
    /** Ends a lock-out: LOCKED_OUT becomes ACTIVE. 403 `E0000032` for any other status. */
    async unlockUser({ userId }: { userId: string }, context?: CallContext) {
      const path = fillPath(unlock, { userId });
      return send({ method: 'POST', template: unlock, path, read: readNothing }, context);
    },
    /** A person's administrator roles; empty for ordinary people. A service app needs the scope `okta.roles.read`. */
    async listAssignedRolesForUser({ userId }: { userId: string }, context?: CallContext) {
      return send({ method: 'GET', template: roles, path: fillPath(roles, { userId }), read: readRoles }, context);
    },
  };
}

/** Only the cursor of the next page's address is used. */
function cursorIn(path: string | null): string | null {
  if (path === null) return null;
  const after = new URLSearchParams(path.slice(path.indexOf('?'))).get('after');
  if (after === null || after === '') throw new RangeError('a next page without a cursor');
  return after;
}
