import { fillPath, queryOf } from './wire/path.ts';
import { nextPage } from './transport/next-page.ts';
import type { CallContext } from './transport/request-headers.ts';
import { readNothing } from './transport/reply.ts';
import type { Transport } from './transport/transport.ts';
import { readRoles, type Role } from './wire/role.ts';
import { readUser, readUsers, type User } from './wire/user.ts';

/**
 * One page of people. Searches lag behind changes by seconds, and their entries offer no links: ask `getUser` before
 * acting.
 */
export type UserPage = {
  users: User[];
  /** What to give as `after` for the next page; null on the last. */
  next: string | null;
};

export type UsersApi = {
  /** One person by id. 404 `E0000007` for an unknown one; a DEPROVISIONED person is still found. */
  getUser(parameters: { userId: string }, context?: CallContext): Promise<User>;
  /**
   * People by Okta's search language (`profile.email eq "ada@example.com"`; quoting values is the caller's),
   * DEPROVISIONED ones too. `limit` is 1 to 200. 400 `E0000031` for a search that is none. A next page that is not on
   * this list is `bad_reply`.
   */
  searchUsers(parameters: { search: string; limit: number; after?: string }, context?: CallContext): Promise<UserPage>;
  /**
   * Removes all of a person's factors, whether there are any or none. On Identity Engine the email of a verified
   * primary address comes straight back, and a recovery question stays (as published).
   */
  resetFactors(
    parameters: { userId: string; removeRecoveryEnrollment?: boolean },
    context?: CallContext,
  ): Promise<void>;
  /**
   * The administrator's roles of a person; none for ordinary people. A service app needs the scope `okta.roles.read`.
   */
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

/** The cursor alone is taken of the next page's address. */
function cursorIn(path: string | null): string | null {
  if (path === null) return null;
  const after = new URLSearchParams(path.slice(path.indexOf('?'))).get('after');
  if (after === null || after === '') throw new RangeError('a next page without a cursor');
  return after;
}
