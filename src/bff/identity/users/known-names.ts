import type { OktaClient } from '#okta/client.ts';
import { quoted } from '#okta/users.ts';
import { changeStore } from '../../platform/store/change-store.ts';
import type { Store } from '../../platform/store/open.ts';
import { peopleByLogin } from './people-by-login.ts';
import { upsert } from '../../platform/store/upsert.ts';
import { foldedWords } from './fold.ts';

export type NamedUser = { id: string; name: string; login: string };
/** How many people with a word are looked at: enough for any name but a single letter in a large org. */
const LOOKED_AT = 200;

const wordsOfUser = ({ name, login }: Omit<NamedUser, 'id'>) => [
  ...new Set([...foldedWords(name), ...foldedWords(login)]),
];

export type KnownNames = ReturnType<typeof createKnownNames>;

/**
 * Creates the store of names of staff members and of the people they see. So the audit log's pages need no call to Okta
 * for each name.
 */
export function createKnownNames(store: Store, okta: OktaClient) {
  /** Returns the known names of these people, by id. */
  async function of(ids: readonly (string | null)[]): Promise<Map<string, NamedUser>> {
    const userIds = [...new Set(ids)].filter((id) => id !== null);
    const rows = userIds.length
      ? await store.selectFrom('known_names').selectAll().where('user_id', 'in', userIds).execute()
      : [];
    return new Map(rows.map(({ user_id: id, login, name }) => [id, { id, login, name }]));
  }

  return {
    of,

    async note({ id: user_id, login, name }: NamedUser): Promise<void> {
      const stored = (await of([user_id])).get(user_id);
      if (stored?.login === login && stored.name === name) return;
      await changeStore(store, async (tx) => {
        await upsert(tx, 'known_names', ['user_id'], { user_id, login, name });
        const words = wordsOfUser({ name, login }).map((word) => ({ word, user_id }));
        await tx.deleteFrom('name_words').where('user_id', '=', user_id).execute();
        if (words.length > 0)
          await tx
            .insertInto('name_words')
            .values(words)
            .onConflict((conflict) => conflict.doNothing())
            .execute();
      });
    },

    /**
     * Returns the people whose names or logins begin with the typed words, by name. Accents and case do not matter, nor
     * the order of the words.
     */
    async beginningWith(text: string, most: number): Promise<NamedUser[]> {
      const typed = foldedWords(text).toSorted((one, other) => other.length - one.length);
      const [longest] = typed;
      if (longest === undefined) return [];
      const found = await store
        .selectFrom('name_words')
        .select('user_id')
        .where('word', '>=', longest)
        .where('word', '<', `${longest}\uffff`)
        .orderBy('word')
        .limit(LOOKED_AT)
        .execute();
      return [...(await of(found.map(({ user_id }) => user_id))).values()]
        .filter((user) => typed.every((word) => wordsOfUser(user).some((own) => own.startsWith(word))))
        .toSorted((one, other) => one.name.localeCompare(other.name))
        .slice(0, most);
    },

    /**
     * Returns the id of the person with a login, in any case, from the store or from Okta. Returns null when there is
     * none, or when Okta does not answer.
     */
    async idOf(login: string): Promise<string | null> {
      const [known] = await peopleByLogin(store, login);
      if (known !== undefined) return known;
      const search = `profile.login eq ${quoted(login)}`;
      return okta.users.searchUsers({ search, limit: 1 }).then(
        ({ users }) => users[0]?.id ?? null,
        () => null,
      );
    },
  };
}
