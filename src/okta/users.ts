import { fillPath } from './path.ts';
import type { CallContext } from './transport/request-headers.ts';
import type { Transport } from './transport/transport.ts';
import { readUser, type User } from './wire/user.ts';

export type UsersApi = {
  /** One person by id. 404 `E0000007` for an unknown one; a DEPROVISIONED person is still found. */
  getUser(parameters: { userId: string }, context?: CallContext): Promise<User>;
};

const user = '/api/v1/users/{userId}';

export function createUsersApi({ send }: Transport): UsersApi {
  return {
    async getUser({ userId }, context) {
      return send({ method: 'GET', template: user, path: fillPath(user, { userId }), read: readUser }, context);
    },
  };
}
