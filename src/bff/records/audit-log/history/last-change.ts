import { sql } from 'kysely';
import type { AuditEvent } from '#contract/audit-log/audit-events.ts';
import { changeEvents } from '#contract/kinds.ts';
import { prepare, type Value } from '#database/prepared.ts';
import type { Store } from '../../../platform/store/open.ts';
import { lastWritten } from '../head.ts';
import { undone } from '../log-scan.ts';

export type LastChange = { event: (typeof changeEvents)[number]; kind: string | null; at: number };

/** Word for word the condition of the index `audit_log_changes`, with literals. Otherwise the index is not used. */
const isChange = sql<boolean>`event IN (${sql.join((changeEvents satisfies readonly AuditEvent[]).map(sql.lit))})
  AND outcome = 'success' AND NOT (${undone})`;

/** Later rows of other events do not slow this statement down. */
export const prepareLastChange = (store: Store) =>
  prepare(store, (value: Value<{ subject: string }>) =>
    store
      .selectFrom('audit_log')
      .select(['event', 'kind', 'at'])
      .where('subject', '=', value('subject'))
      .where('seq', '<=', lastWritten)
      .where(isChange)
      .orderBy('seq', 'desc')
      .limit(1)
      .$narrowType<{ event: LastChange['event'] }>(),
  );
