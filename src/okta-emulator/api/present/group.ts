import type { EmulatorContext } from '../../context/context.ts';
import type { Json } from '../../factors/kind/kind.ts';
import type { Group } from '../../store/schema.ts';
import { wireDate } from '../../wire/ids.ts';

export function presentGroup(emulator: Pick<EmulatorContext, 'url'>, group: Group): Json {
  const href = `${emulator.url}/api/v1/groups/${group.id}`;
  return {
    id: group.id,
    created: wireDate(group.created),
    lastUpdated: wireDate(group.last_updated),
    lastMembershipUpdated: wireDate(group.last_membership_updated),
    objectClass: ['okta:user_group'],
    type: group.type,
    profile: { name: group.name, description: group.description || null },
    _links: { logo: [], users: { href: `${href}/users` }, apps: { href: `${href}/apps` } },
  };
}
