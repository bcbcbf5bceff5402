import type { OktaClient } from '#okta/client.ts';
import type { Store } from '../../store/open.ts';
import { upsert } from '../../store/upsert.ts';
import { quoted } from './query.ts';

export type NamedUser = { id: string; name: string; login: string };
export type KnownNames = ReturnType<typeof createKnownNames>;

/**
 * Creates the store of names of staff members and of the people they see. So the audit log's pages need no call to Okta
 * for each name.
 */
export function createKnownNames(store: Store, okta: OktaClient) {
  /** The names as last written, so that each is written once. */
  const written = new Map<string, string>();

  return {
    async note({ id: user_id, login, name }: NamedUser): Promise<void> {
      const line = `${login}\n${name}`;
      if (written.get(user_id) === line) return;
      await upsert(store, 'known_names', ['user_id'], { user_id, login, name });
      written.set(user_id, line);
    },

    /** Returns the known names of these people, by id. */
    async of(ids: readonly (string | null)[]): Promise<Map<string, NamedUser>> {
      const userIds = [...new Set(ids)].filter((id) => id !== null);
      const rows = userIds.length
        ? await store.selectFrom('known_names').selectAll().where('user_id', 'in', userIds).execute()
        : [];
      return new Map(rows.map(({ user_id: id, login, name }) => [id, { id, login, name }]));
    },

    /**
     * Returns the id of the person with a login, from the store or from Okta. Returns null when there is none, or when
     * Okta does not answer.
     */
    async idOf(login: string): Promise<string | null> {
      const row = await store.selectFrom('known_names').select('user_id').where('login', '=', login).executeTakeFirst();
      if (row) return row.user_id;
      const search = `profile.login eq ${quoted(login)}`;
      return okta.users.searchUsers({ search, limit: 1 }).then(
        ({ users }) => users[0]?.id ?? null,
        () => null,
      );
    },
  };
}
