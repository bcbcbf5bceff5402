import { sql } from 'kysely';
import type { AuditEvent } from '#contract/audit-log/audit-events.ts';
import { changeEvents } from '#contract/kinds.ts';
import { prepare, type Value } from '#database/prepared.ts';
import type { Store } from '../../../platform/store/open.ts';
import { lastWritten } from '../head.ts';
import { undone } from '../log-scan.ts';

/** How many of a person's newest rows are searched. */
const NEWEST = 64;

export type LastChange = { event: (typeof changeEvents)[number]; kind: string | null; at: number };

/**
 * Prepares a statement. It returns a person's newest change since a time, or nothing if their newest rows have none.
 */
export const prepareLastChange = (store: Store) =>
  prepare(store, (value: Value<{ subject: string; since: number }>) => {
    const rows = store.selectFrom('audit_log').where('subject', '=', value('subject')).where('seq', '<=', lastWritten);
    return store
      .selectFrom(
        rows
          .select(['seq', 'event', 'kind', 'at', 'outcome', 'reason'])
          .orderBy('seq', 'desc')
          .limit(NEWEST)
          .as('newest'),
      )
      .select(['event', 'kind', 'at'])
      .where('event', 'in', changeEvents satisfies readonly AuditEvent[])
      .where('outcome', '=', 'success')
      .where('at', '>=', value('since'))
      .where(sql<boolean>`NOT (${undone})`)
      .orderBy('seq', 'desc')
      .limit(1)
      .$narrowType<{ event: LastChange['event'] }>();
  });
