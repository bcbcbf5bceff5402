import type { Kysely } from 'kysely';
import { newId, seededId } from '../wire/ids.ts';
import type { EmulatorContext } from '../context/context.ts';
import type { Group, Tables } from '../store/schema.ts';

export const EVERYONE = seededId('00g', 'Everyone');

export function listGroups(db: Kysely<Tables>, personId: string): Promise<Group[]> {
  return db
    .selectFrom('groups')
    .innerJoin('memberships', 'memberships.group_id', 'groups.id')
    .selectAll('groups')
    .where('memberships.person_id', '=', personId)
    .orderBy('groups.name')
    .execute();
}

export const groupWithId = (db: Kysely<Tables>, id: string): Promise<Group | undefined> =>
  db.selectFrom('groups').selectAll().where('id', '=', id).executeTakeFirst();

type GroupContext = Pick<EmulatorContext, 'random' | 'clock'>;

/** Does not store the group. */
export function newGroup(
  { random, clock }: GroupContext,
  { name, description }: Pick<Group, 'name' | 'description'>,
): Group {
  const now = clock.now();
  const dates = { created: now, last_updated: now, last_membership_updated: now };
  return { id: newId(random, '00g'), name, description, type: 'OKTA_GROUP', ...dates };
}

export async function setMember(
  { clock }: Pick<GroupContext, 'clock'>,
  tx: Kysely<Tables>,
  { groupId, personId, member }: { groupId: string; personId: string; member: boolean },
): Promise<void> {
  const row = { group_id: groupId, person_id: personId };
  const { numInsertedOrUpdatedRows: added = 0n } = member
    ? await tx
        .insertInto('memberships')
        .values(row)
        .onConflict((conflict) => conflict.doNothing())
        .executeTakeFirst()
    : {};
  const { numDeletedRows: removed = 0n } = member
    ? {}
    : await tx
        .deleteFrom('memberships')
        .where('group_id', '=', groupId)
        .where('person_id', '=', personId)
        .executeTakeFirst();
  if (added === 0n && removed === 0n) return;
  await tx.updateTable('groups').set({ last_membership_updated: clock.now() }).where('id', '=', groupId).execute();
}
