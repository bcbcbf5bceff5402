import type { DeskPerson } from '#contract/helpdesk.ts';
import type { FactorKind } from '#contract/kinds.ts';
import type { Clock } from '#clock';
import { resetEvents } from '../audit/marks.ts';
import { kinds } from '../factors/kinds.ts';
import type { Store } from '../store/open.ts';

const DAY_MS = 24 * 60 * 60_000;
const SHOWN_MS = 30 * DAY_MS;
const MOST = 20;

export type Recent = ReturnType<typeof createRecent>;

/**
 * What happened to people's methods lately: rows of their own beside the audit log's, kept for as long as they are
 * shown.
 */
export function createRecent(store: Store, clock: Clock) {
  const done = (userId: string, since: number) =>
    store
      .selectFrom('recent_acts')
      .innerJoin('audit', 'audit.seq', 'recent_acts.seq')
      .where('recent_acts.kind', '=', 'change')
      .where('recent_acts.who', '=', userId)
      .where('recent_acts.at', '>', since);

  return {
    /** Resets by the desk within the last day. */
    async resetsWithinDay(userId: string): Promise<number> {
      const rows = await done(userId, clock.now() - DAY_MS)
        .select('audit.event')
        .execute();
      return rows.filter(({ event }) => resetEvents.has(event)).length;
    },

    /**
     * Changes of the last 30 days, newest first.
     * @param nameOf finds who did it; null for nobody we know
     */
    async of(userId: string, nameOf: (actorId: string) => Promise<string | null>): Promise<DeskPerson['recent']> {
      const rows = await done(userId, clock.now() - SHOWN_MS)
        .selectAll('audit')
        .orderBy('recent_acts.at', 'desc')
        .orderBy('recent_acts.seq', 'desc')
        .limit(MOST)
        .execute();
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
