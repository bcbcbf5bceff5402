import type { DeskPerson } from '#contract/helpdesk.ts';
import type { FactorKind } from '#contract/kinds.ts';
import type { Clock } from '#clock';
import { kinds } from '../factors/kinds.ts';
import type { Store } from '../store/open.ts';

const DAY_MS = 24 * 60 * 60_000;
const SHOWN_MS = 30 * DAY_MS;
const MOST = 20;

const resets = ['user.mfa.factor.reset', 'user.mfa.factor.reset_all'];
const changes = [...resets, 'user.mfa.factor.enroll', 'user.mfa.factor.activate', 'user.mfa.factor.deactivate', 'user.account.freeze', 'user.account.unfreeze'];

export type Recent = ReturnType<typeof createRecent>;

/** What happened to people's methods lately. The trail is the memory: it knows every way and outlives a restart. */
export function createRecent(store: Store, clock: Clock) {
  const done = (userId: string, events: readonly string[], since: number) =>
    store
      .selectFrom('audit')
      .where('subject', '=', userId)
      .where('at', '>', since)
      .where('type', 'in', ['outcome', 'event'])
      .where('event', 'in', events)
      .where('outcome', '=', 'success');

  return {
    /** Resets by the desk within the last day. */
    async resetsWithinDay(userId: string): Promise<number> {
      const rows = await done(userId, resets, clock.now() - DAY_MS).select('seq').execute();
      return rows.length;
    },

    /**
     * Changes of the last 30 days, newest first.
     * @param nameOf finds who did it; null for nobody we know
     */
    async of(userId: string, nameOf: (actorId: string) => Promise<string | null>): Promise<DeskPerson['recent']> {
      const rows = await done(userId, changes, clock.now() - SHOWN_MS).selectAll().orderBy('seq', 'desc').limit(MOST).execute();
      const actors = [...new Set(rows.map(({ actor }) => actor).filter((actor) => actor !== null))];
      const names = new Map(await Promise.all(actors.map(async (actor) => [actor, await nameOf(actor)] as const)));
      return rows.map(({ at, event, kind, actor }) => ({
        at: new Date(at).toISOString(),
        event,
        method: kind === null ? null : (kinds[kind as FactorKind]?.name ?? null),
        by: actor === null ? null : (names.get(actor) ?? null),
      }));
    },
  };
}
