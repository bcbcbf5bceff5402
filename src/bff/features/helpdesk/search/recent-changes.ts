import type { HelpdeskPerson } from '#contract/helpdesk.ts';
import type { Clock } from '#clock';
import { shownRows } from '../../../records/audit-log/history/shown-rows.ts';
import { resetEvents } from '../../../platform/kinds/events.ts';
import { DAY_MS } from '../../../records/audit-log/counts.ts';
import type { Store } from '../../../platform/store/open.ts';

const SHOWN_MS = 30 * DAY_MS;
const MOST = 20;

export type RecentChanges = ReturnType<typeof createRecentChanges>;

/** The rows in `counted_events` are deleted when they are no longer shown. */
export function createRecentChanges(store: Store, clock: Clock) {
  const done = (userId: string, since: number) =>
    store
      .selectFrom('counted_events')
      .innerJoin('audit_log', 'audit_log.seq', 'counted_events.seq')
      .where('counted_events.kind', '=', 'change')
      .where('counted_events.who', '=', userId)
      .where('counted_events.at', '>', since);

  return {
    /** The end of the day after the helpdesk's last reset, in ms since 1970. Null if that is in the past. */
    async findResetEnd(userId: string): Promise<number | null> {
      const rows = await done(userId, clock.now() - DAY_MS)
        .select(['counted_events.at', 'audit_log.event'])
        .execute();
      const resets = rows.filter(({ event }) => resetEvents.has(event)).map(({ at }) => at);
      return resets.length === 0 ? null : Math.max(...resets) + DAY_MS;
    },

    /** In the last 30 days, newest first. */
    listResets: (userId: string) =>
      store
        .selectFrom('counted_events')
        .innerJoin('audit_log', 'audit_log.seq', 'counted_events.seq')
        .select(['counted_events.at', 'audit_log.actor', 'audit_log.approver'])
        .where('counted_events.kind', '=', 'reset_of')
        .where('counted_events.who', '=', userId)
        .where('counted_events.at', '>', clock.now() - SHOWN_MS)
        .orderBy('counted_events.at', 'desc')
        .orderBy('counted_events.seq', 'desc')
        .limit(MOST)
        .execute(),

    /**
     * In the last 30 days, newest first. Without enrollments that were only begun,
     * because a thief's session could begin many and push all changes off the page.
     */
    async of(
      userId: string,
      getName: (actorId: string) => Promise<string | null>,
    ): Promise<HelpdeskPerson['recentChanges']> {
      const rows = await done(userId, clock.now() - SHOWN_MS)
        .selectAll('audit_log')
        .where('audit_log.event', '!=', 'user.mfa.factor.enroll')
        .orderBy('counted_events.at', 'desc')
        .orderBy('counted_events.seq', 'desc')
        .limit(MOST)
        .execute();
      const actors = [...new Set(rows.map(({ actor }) => actor).filter((actor) => actor !== null))];
      const names = new Map(await Promise.all(actors.map(async (actor) => [actor, await getName(actor)] as const)));
      return (await shownRows(store, rows)).map(({ at, event, kind, actor }) => ({
        at: new Date(at).toISOString(),
        event,
        kind,
        by: actor === null ? null : (names.get(actor) ?? null),
      }));
    },
  };
}
