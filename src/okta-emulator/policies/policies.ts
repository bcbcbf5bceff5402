import type { Kysely } from 'kysely';
import type { EmulatorContext } from '../context/context.ts';
import { EVERYONE, listGroups } from '../people/groups.ts';
import type { PolicyRow } from '../store/management.ts';
import type { Tables } from '../store/schema.ts';
import { seededId } from '../wire/ids.ts';
import { allPolicyKeys, policyKeys } from './authenticators.ts';

export const ENROLLMENTS = ['NOT_ALLOWED', 'OPTIONAL', 'REQUIRED'] as const;
export type Enrollment = (typeof ENROLLMENTS)[number];

/** A kind whose key is missing is not allowed. */
export type PolicySettings = Readonly<Record<string, Enrollment>>;

export const getSettings = ({ settings }: Pick<PolicyRow, 'settings'>): PolicySettings =>
  JSON.parse(settings) as PolicySettings;

export const policiesIn = (db: Kysely<Tables>): Promise<PolicyRow[]> =>
  db.selectFrom('policies').selectAll().orderBy('priority').execute();

/** Existing policies stay unchanged. Only members of the token holders' group may enroll older methods. */
export async function seedPolicies(tx: Kysely<Tables>, now: number, tokenHolders: string): Promise<void> {
  const policy = (name: string, description: string, groupId: string, older: boolean): PolicyRow => {
    const allowed = allPolicyKeys.filter((one) => older || !one.older);
    const settings = allowed.map(({ key }) => [key, key === 'okta_password' ? 'REQUIRED' : 'OPTIONAL'] as const);
    const system = groupId === EVERYONE ? 1 : 0;
    return {
      id: seededId('00p', name),
      name,
      description,
      priority: 1 + system,
      system,
      group_id: groupId,
      settings: JSON.stringify(Object.fromEntries(settings)),
      created: now,
      last_updated: now,
    };
  };
  await tx
    .insertInto('policies')
    .values([
      policy('Token holders', 'People who still have older methods', tokenHolders, true),
      policy(
        'Default Policy',
        'The default policy applies in all situations if no other policy applies.',
        EVERYONE,
        false,
      ),
    ])
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

/** Of the person's policies, the one with the highest priority applies. Kinds that no key covers are optional. */
export async function getEnrollments(
  { engine }: Pick<EmulatorContext, 'engine'>,
  db: Kysely<Tables>,
  personId: string,
): Promise<(kind: string) => Enrollment> {
  const groups = new Set((await listGroups(db, personId)).map(({ id }) => id));
  const policy = (await policiesIn(db)).find(({ group_id: groupId }) => groups.has(groupId));
  const settings = policy ? getSettings(policy) : {};
  return (kind) => {
    const covering = policyKeys(engine).find(({ kinds }) => kinds.includes(kind));
    return covering ? (settings[covering.key] ?? 'NOT_ALLOWED') : 'OPTIONAL';
  };
}
