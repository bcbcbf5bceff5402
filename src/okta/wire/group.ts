import * as z from 'zod/mini';
import { isObject, objectOrNull, text } from './lenient.ts';

const group = z.object({ id: text, profile: objectOrNull });

/** Any application can import groups with any name, so decisions use only ids. */
export type Group = { id: string; name: string };

const named = ({ id, profile }: z.infer<typeof group>): Group => {
  const name = isObject(profile) ? profile['name'] : null;
  return { id, name: typeof name === 'string' ? name : '' };
};

export const readGroup = (json: unknown): Group => named(z.parse(group, json));

/** One invalid group makes the page invalid, because a missing group can change a role. */
export function readGroups(json: unknown): Group[] {
  return z.parse(z.array(group), json).map(named);
}
