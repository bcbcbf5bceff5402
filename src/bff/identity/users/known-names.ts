import type { OktaClient } from '#okta/client.ts';
import { quoted } from '#okta/users.ts';
import { changeStore } from '../../platform/store/change-store.ts';
import type { Store } from '../../platform/store/open.ts';
import { peopleByLogin } from './people-by-login.ts';
import { upsert } from '../../platform/store/upsert.ts';

export type NamedUser = { id: string; name: string; login: string };
export type KnownNames = ReturnType<typeof createKnownNames>;

/** Names of everybody who signed in or whom staff looked up, so the audit log needs no call to Okta for each. */
export function createKnownNames(store: Store, okta: OktaClient) {
  async function of(ids: readonly (string | null)[]): Promise<Map<string, NamedUser>> {
    const userIds = [...new Set(ids)].filter((id) => id !== null);
    const rows = userIds.length
      ? await store.selectFrom('known_names').selectAll().where('user_id', 'in', userIds).execute()
      : [];
    return new Map(rows.map(({ user_id: id, login, name }) => [id, { id, login, name }]));
  }

  return {
    of,

    async record({ id: user_id, login, name }: NamedUser): Promise<void> {
      const stored = (await of([user_id])).get(user_id);
      if (stored?.login === login && stored.name === name) return;
      await changeStore(store, (tx) => upsert(tx, 'known_names', ['user_id'], { user_id, login, name }));
    },

    /** Null if there is no such person, or if Okta does not answer. */
    async findId(login: string): Promise<string | null> {
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
