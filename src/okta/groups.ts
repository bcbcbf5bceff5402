import { fillPath, writeQuery } from './wire/path.ts';
import { nextPage } from './transport/next-page.ts';
import type { CallContext } from './transport/request-headers.ts';
import type { Transport } from './transport/transport.ts';
import { readGroup, readGroups, type Group } from './wire/group.ts';
import { readUserPage, type PageQuery, type UserPage } from './users.ts';

const groups = '/api/v1/users/{userId}/groups';
const group = '/api/v1/groups/{groupId}';
const members = `${group}/users`;
const mostPages = 50;

export function createGroupsApi({ origin, send }: Transport) {
  return {
    /** 404 `E0000007` for an unknown group. A service app needs the scope `okta.groups.read`. */
    async getGroup({ groupId }: { groupId: string }, context?: CallContext): Promise<Group> {
      return send({ method: 'GET', template: group, path: fillPath(group, { groupId }), read: readGroup }, context);
    },
    /** `limit` is 1 to 1000. A service app needs the scope `okta.groups.read`. */
    async listGroupUsers(
      { groupId, attributes, ...query }: PageQuery & { groupId: string },
      context?: CallContext,
    ): Promise<UserPage> {
      const list = fillPath(members, { groupId });
      const read = readUserPage(origin, list, attributes);
      return send({ method: 'GET', template: members, path: list + writeQuery(query), read }, context);
    },
    /** An incomplete list could make a privileged person look ordinary, so more than fifty pages are `bad_reply`. */
    async listUserGroups({ userId }: { userId: string }, context?: CallContext): Promise<Group[]> {
      const first = fillPath(groups, { userId });
      const all: Group[] = [];
      let path: string | null = first;
      for (let pages = 1; path !== null; pages += 1) {
        const last: boolean = pages === mostPages;
        const page: { groups: Group[]; next: string | null } = await send(
          {
            method: 'GET',
            template: groups,
            path,
            read: (json, exchange) => {
              const next = nextPage(exchange.headers['link'], origin, first);
              if (last && next !== null) throw new RangeError('more than fifty pages of groups');
              return { groups: readGroups(json), next };
            },
          },
          context,
        );
        all.push(...page.groups);
        path = page.next;
      }
      return all;
    },
  };
}
