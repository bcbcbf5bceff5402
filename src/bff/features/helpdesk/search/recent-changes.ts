import type { HelpdeskPerson } from '#contract/helpdesk.ts';
import { DAY_MS, type Clock } from '#clock';
import { shownRows } from '../../../records/audit-log/history/shown-rows.ts';
import type { Store } from '../../../platform/store/open.ts';

const SHOWN_MS = 30 * DAY_MS;
const MOST = 20;

export type RecentChanges = ReturnType<typeof createRecentChanges>;

export function createRecentChanges(store: Store, clock: Clock) {
  const newestFirst = (kind: 'change' | 'reset_of', userId: string) =>
    store
      .selectFrom('counted_events')
      .innerJoin('audit_log', 'audit_log.seq', 'counted_events.seq')
      .where('counted_events.kind', '=', kind)
      .where('counted_events.who', '=', userId)
      .where('counted_events.at', '>', clock.now() - SHOWN_MS)
      .orderBy('counted_events.at', 'desc')
      .orderBy('counted_events.seq', 'desc')
      .limit(MOST);

  return {
    /** Returns the time 24 hours after the last reset began, in ms since 1970. Ignores failed resets. */
    async findResetEnd(userId: string): Promise<number | null> {
      const last = await newestFirst('reset_of', userId).select('counted_events.at').executeTakeFirst();
      return last && last.at + DAY_MS > clock.now() ? last.at + DAY_MS : null;
    },

    listResets: (userId: string) =>
      newestFirst('reset_of', userId).select(['counted_events.at', 'audit_log.actor', 'audit_log.approver']).execute(),

    /**
     * Leaves out enrollments that were only begun, because a thief's session could begin many and push all changes off
     * the page.
     */
    async of(
      userId: string,
      getName: (actorId: string) => Promise<string | null>,
    ): Promise<HelpdeskPerson['recentChanges']> {
      const rows = await newestFirst('change', userId)
        .selectAll('audit_log')
        .where('audit_log.event', '!=', 'user.mfa.factor.enroll')
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
