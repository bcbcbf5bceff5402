import * as z from 'zod/mini';
import { isObject, objectOrNull, text, textOrEmpty } from './lenient.ts';

const group = z.object({ id: text, type: textOrEmpty, profile: objectOrNull });

export type Group = {
  id: string;
  /**
   * `OKTA_GROUP`, `BUILT_IN`, `APP_GROUP`; any application can import a group of any name, so decisions use ids only.
   */
  type: string;
  name: string;
};

/**
 * Takes one page, an array. One invalid group fails the page: roles depend on what is not in the list, too.
 * @throws {z.core.$ZodError}
 */
export function readGroups(json: unknown): Group[] {
  return z.parse(z.array(group), json).map(({ id, type, profile }) => {
    const name = isObject(profile) ? profile['name'] : null;
    return { id, type, name: typeof name === 'string' ? name : '' };
  });
}
