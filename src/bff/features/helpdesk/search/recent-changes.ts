import type { HelpdeskPerson } from '#contract/helpdesk.ts';
import type { Clock } from '#clock';
import { shownRows } from '../../../records/audit-log/history/shown-rows.ts';
import { resetEvents } from '../../../platform/kinds/events.ts';
import { DAY_MS } from '../../../records/audit-log/counts.ts';
import type { Store } from '../../../platform/store/open.ts';

const SHOWN_MS = 30 * DAY_MS;
const MOST = 20;

export type RecentChanges = ReturnType<typeof createRecentChanges>;

/**
 * Creates the reader of recent changes to people's methods. They are rows of their own beside the audit log's, kept
 * only as long as they are shown.
 */
export function createRecentChanges(store: Store, clock: Clock) {
  const done = (userId: string, since: number) =>
    store
      .selectFrom('counted_events')
      .innerJoin('audit_log', 'audit_log.seq', 'counted_events.seq')
      .where('counted_events.kind', '=', 'change')
      .where('counted_events.who', '=', userId)
      .where('counted_events.at', '>', since);

  return {
    /** Returns when the helpdesk's last reset is a day ago, in ms; null if it is. */
    async findResetEnd(userId: string): Promise<number | null> {
      const rows = await done(userId, clock.now() - DAY_MS)
        .select(['counted_events.at', 'audit_log.event'])
        .execute();
      const resets = rows.filter(({ event }) => resetEvents.has(event)).map(({ at }) => at);
      return resets.length === 0 ? null : Math.max(...resets) + DAY_MS;
    },

    /** Returns the resets of the last 30 days, newest first: when they began, who asked and who approved. */
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
     * Returns the changes of the last 30 days, newest first. An enrollment that was only begun changed nothing; whoever
     * has a session could begin so many that no other change is left on the page.
     * @param getName returns who made a change; null for an unknown person
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
