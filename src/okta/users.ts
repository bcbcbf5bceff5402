import { fillPath, queryOf } from './wire/path.ts';
import { nextPage } from './transport/next-page.ts';
import type { CallContext } from './transport/request-headers.ts';
import { readNothing } from './transport/reply.ts';
import type { Transport } from './transport/transport.ts';
import { readRoles, type Role } from './wire/role.ts';
import { readUser, readUsers, type User } from './wire/user.ts';

/**
 * One page of people. Searches lag behind changes by seconds and their entries have no links: call `getUser` before
 * changing anything.
 */
export type UserPage = {
  users: User[];
  /** The `after` of the next page; null on the last. */
  next: string | null;
};

export type UsersApi = {
  /** One person by id. 404 `E0000007` for an unknown one; a DEPROVISIONED person is still found. */
  getUser(parameters: { userId: string }, context?: CallContext): Promise<User>;
  /**
   * People by Okta's search language (`profile.email eq "ada@example.com"`; the caller quotes values), DEPROVISIONED
   * ones too. `limit` is 1 to 200. 400 `E0000031` for an invalid search. A next page elsewhere is `bad_reply`.
   */
  searchUsers(parameters: { search: string; limit: number; after?: string }, context?: CallContext): Promise<UserPage>;
  /**
   * Removes all factors of a person, also when there are none. On Identity Engine the verified primary email is
   * enrolled again at once, and a recovery question stays (Okta's docs).
   */
  resetFactors(
    parameters: { userId: string; removeRecoveryEnrollment?: boolean },
    context?: CallContext,
  ): Promise<void>;
  /** A person's administrator roles; empty for ordinary people. A service app needs the scope `okta.roles.read`. */
  listAssignedRolesForUser(parameters: { userId: string }, context?: CallContext): Promise<Role[]>;
};

const users = '/api/v1/users';
const user = `${users}/{userId}`;
const reset = `${user}/lifecycle/reset_factors`;
const roles = `${user}/roles`;

export function createUsersApi({ origin, send }: Transport): UsersApi {
  return {
    async getUser({ userId }, context) {
      return send({ method: 'GET', template: user, path: fillPath(user, { userId }), read: readUser }, context);
    },
    async searchUsers({ search, limit, after }, context) {
      const path = users + queryOf({ search, limit, after });
      return send(
        {
          method: 'GET',
          template: users,
          path,
          read: (json, { headers }) => ({
            users: readUsers(json),
            next: cursorIn(nextPage(headers['link'], origin, users)),
          }),
        },
        context,
      );
    },
    async resetFactors({ userId, removeRecoveryEnrollment }, context) {
      const path = fillPath(reset, { userId }) + queryOf({ removeRecoveryEnrollment });
      return send({ method: 'POST', template: reset, path, body: {}, read: readNothing }, context);
    },
    async listAssignedRolesForUser({ userId }, context) {
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
