import { fillPath, writeQuery } from './wire/path.ts';
import { nextPage } from './transport/next-page.ts';
import type { CallContext } from './transport/request-headers.ts';
import { readNothing } from './transport/reply.ts';
import type { Exchange } from './transport/pool.ts';
import type { Transport } from './transport/transport.ts';
import { readRoles } from './wire/role.ts';
import { readUser, readUsers, type ListedUser } from './wire/user.ts';

/** A search shows changes some seconds late, and its entries have no links: call `getUser` before any change. */
export type UserPage = {
  users: ListedUser[];
  /** How many invalid entries were left out. */
  unreadable: number;
  /** The `after` of the next page. Null on the last page. */
  next: string | null;
};
/** `attributes`: further attributes of the profile to return. */
export type PageQuery = { limit: number; after?: string | undefined; attributes?: readonly string[] };

const users = '/api/v1/users';
const user = `${users}/{userId}`;
const reset = `${user}/lifecycle/reset_factors`;
const unlock = `${user}/lifecycle/unlock`;
const roles = `${user}/roles`;

/** @param path the list's own path. A next page with another address is `bad_reply`. */
export const readUserPage =
  (origin: string, path: string, attributes?: readonly string[]) =>
  (json: unknown, { headers }: Exchange): UserPage => ({
    ...readUsers(json, attributes),
    next: cursorIn(nextPage(headers['link'], origin, path)),
  });

export const quoted = (value: string): string => `"${value.replaceAll(/[\\"]/g, '\\$&')}"`;

export function createUsersApi({ origin, send }: Transport) {
  return {
    /** 404 `E0000007` for an unknown person. A DEPROVISIONED person is found. */
    async getUser({ userId }: { userId: string }, context?: CallContext) {
      return send({ method: 'GET', template: user, path: fillPath(user, { userId }), read: readUser }, context);
    },
    /** Also finds DEPROVISIONED people. `limit` is 1 to 200. 400 `E0000031` for an invalid search. */
    async searchUsers({ attributes, ...query }: PageQuery & { search: string }, context?: CallContext) {
      const read = readUserPage(origin, users, attributes);
      return send({ method: 'GET', template: users, path: users + writeQuery(query), read }, context);
    },
    /**
     * On Identity Engine, the primary email is enrolled again immediately, and a recovery question stays (Okta's docs).
     */
    async resetFactors(
      { userId, removeRecoveryEnrollment }: { userId: string; removeRecoveryEnrollment?: boolean },
      context?: CallContext,
    ) {
      const path = fillPath(reset, { userId }) + writeQuery({ removeRecoveryEnrollment });
      return send({ method: 'POST', template: reset, path, body: {}, read: readNothing }, context);
    },
    /** LOCKED_OUT becomes ACTIVE. 403 `E0000032` for any other status. */
    async unlockUser({ userId }: { userId: string }, context?: CallContext) {
      const path = fillPath(unlock, { userId });
      return send({ method: 'POST', template: unlock, path, read: readNothing }, context);
    },
    /** Empty for most people. A service app needs the scope `okta.roles.read`. */
    async listAssignedRolesForUser({ userId }: { userId: string }, context?: CallContext) {
      return send({ method: 'GET', template: roles, path: fillPath(roles, { userId }), read: readRoles }, context);
    },
  };
}

function cursorIn(path: string | null): string | null {
  if (path === null) return null;
  const after = new URLSearchParams(path.slice(path.indexOf('?'))).get('after');
  if (after === null || after === '') throw new RangeError('a next page without a cursor');
  return after;
}
