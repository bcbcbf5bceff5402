import { fillPath, writeQuery } from './wire/path.ts';
import { nextPage } from './transport/next-page.ts';
import type { CallContext } from './transport/request-headers.ts';
import { readNothing } from './transport/reply.ts';
import type { Exchange } from './transport/pool.ts';
import type { Transport } from './transport/transport.ts';
import { readRoles } from './wire/role.ts';
import { readUser, readUsers, type ListedUser } from './wire/user.ts';

/**
 * One page of people. A search shows changes some seconds late, and its entries have no links: call `getUser` before
 * any change.
 */
export type UserPage = {
  users: ListedUser[];
  /** How many entries of the page were invalid. */
  unreadable: number;
  /** `after` for the next page; null on the last page. */
  next: string | null;
};
/** `attributes`: further attributes of the profile to keep. */
export type PageQuery = { limit: number; after?: string | undefined; attributes?: readonly string[] };

const users = '/api/v1/users';
const user = `${users}/{userId}`;
const reset = `${user}/lifecycle/reset_factors`;
const unlock = `${user}/lifecycle/unlock`;
const roles = `${user}/roles`;

/** Returns a reader of one page of people, for the list at `path`. A next page with another address is `bad_reply`. */
export const readUserPage =
  (origin: string, path: string, attributes?: readonly string[]) =>
  (json: unknown, { headers }: Exchange): UserPage => ({
    ...readUsers(json, attributes),
    next: cursorIn(nextPage(headers['link'], origin, path)),
  });

/** Quotes a value for Okta's search language. */
export const quoted = (value: string): string => `"${value.replaceAll(/[\\"]/g, '\\$&')}"`;

export function createUsersApi({ origin, send }: Transport) {
  return {
    /** One person by id. 404 `E0000007` for an unknown person. A DEPROVISIONED person is still found. */
    async getUser({ userId }: { userId: string }, context?: CallContext) {
      return send({ method: 'GET', template: user, path: fillPath(user, { userId }), read: readUser }, context);
    },
    /**
     * Finds people with Okta's search language (`profile.email eq "ada@example.com"`; `quoted` quotes values), also
     * DEPROVISIONED ones. `limit` is 1 to 200. 400 `E0000031`: an invalid search. A next page with another address is
     * `bad_reply`.
     */
    async searchUsers({ attributes, ...query }: PageQuery & { search: string }, context?: CallContext) {
      const read = readUserPage(origin, users, attributes);
      return send({ method: 'GET', template: users, path: users + writeQuery(query), read }, context);
    },
    /**
     * Removes all factors of a person; no error if there are none. On Identity Engine, the verified primary email is
     * immediately enrolled again, and a recovery question stays (Okta's docs).
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
    /** A person's administrator roles; empty for most people. A service app needs the scope `okta.roles.read`. */
    async listAssignedRolesForUser({ userId }: { userId: string }, context?: CallContext) {
      return send({ method: 'GET', template: roles, path: fillPath(roles, { userId }), read: readRoles }, context);
    },
  };
}

/** Returns the cursor in the next page's address. The rest of the address is not used. */
function cursorIn(path: string | null): string | null {
  if (path === null) return null;
  const after = new URLSearchParams(path.slice(path.indexOf('?'))).get('after');
  if (after === null || after === '') throw new RangeError('a next page without a cursor');
  return after;
}
