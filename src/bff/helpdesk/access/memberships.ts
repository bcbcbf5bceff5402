import type { Clock } from '#clock';
import { runShared, waitForShared } from '#okta/call-scope.ts';
import type { OktaClient } from '#okta/client.ts';
import { apiErrorOf } from '../../errors/api-errors.ts';

/** How old what we know of somebody's groups may be before we ask the org again. */
const FRESH_MS = 60_000;
const MOST_KNOWN = 10_000;

/** Groups by id, with the names they are shown by; nothing is decided by a name. */
export type Groups = ReadonlyMap<string, string>;

export type Memberships = ReturnType<typeof createMemberships>;

/**
 * Whose groups are which, as the org says: one question at a time for each person, kept for a minute.
 * Whoever is asked about with `now` is asked about anew.
 */
export function createMemberships(okta: OktaClient, clock: Clock) {
  const known = new Map<string, { readAt: number; groups: Groups }>();
  const asking = new Map<string, Promise<Groups>>();

  async function ask(userId: string): Promise<Groups> {
    try {
      const list = await okta.groups.listUserGroups({ userId });
      const groups = new Map(list.map(({ id, name }) => [id, name]));
      known.delete(userId);
      known.set(userId, { readAt: clock.now(), groups });
      if (known.size > MOST_KNOWN) known.delete(known.keys().next().value!);
      return groups;
    } catch (error) {
      throw apiErrorOf(error, clock.now());
    }
  }

  const fresh = (userId: string): Groups | null => {
    const found = known.get(userId);
    return found && clock.now() - found.readAt < FRESH_MS ? found.groups : null;
  };

  return {
    /** What is known without asking, or null. */
    fresh,

    async of(userId: string, now = false): Promise<Groups> {
      const found = now ? null : fresh(userId);
      if (found) return found;
      let question = asking.get(userId);
      if (!question) {
        question = runShared(clock.now(), () => ask(userId)).finally(() => asking.delete(userId));
        asking.set(userId, question);
      }
      return waitForShared(question, clock.now()).catch((error: unknown) => {
        throw apiErrorOf(error, clock.now());
      });
    },

    forget: () => known.clear(),
  };
}
