import * as z from 'zod/mini';
import { isObject, objectOrNull, text, textOrEmpty } from './lenient.ts';

const group = z.object({ id: text, type: textOrEmpty, profile: objectOrNull });

export type Group = {
  id: string;
  /** `OKTA_GROUP`, `BUILT_IN`, `APP_GROUP`; a name can be imported by any application, so only ids decide anything. */
  type: string;
  name: string;
};

/**
 * Takes one page, an array. Unlike a factor, a group that cannot be read fails the page: roles are decided by what is
 * and what is not in the list.
 * @throws {z.core.$ZodError}
 */
export function readGroups(json: unknown): Group[] {
  return z.parse(z.array(group), json).map(({ id, type, profile }) => {
    const name = isObject(profile) ? profile['name'] : null;
    return { id, type, name: typeof name === 'string' ? name : '' };
  });
}
