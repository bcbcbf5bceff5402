import { sql } from 'kysely';
import type { AuditEvent } from '#contract/audit-log/audit-events.ts';
import { changeEvents } from '#contract/kinds.ts';
import { prepare, type Value } from '#database/prepared.ts';
import type { Store } from '../../../platform/store/open.ts';
import { lastWritten } from '../head.ts';
import { undone } from '../log-scan.ts';
import { replacementEvents } from './shown-rows.ts';

type Change = (typeof changeEvents)[number] | typeof replacementEvents.done;
export type LastChange = { event: Change; kind: string | null; at: number };

/** Word for word the condition of the index `audit_log_changes`, with literals. Otherwise the index is not used. */
const isChange = sql<boolean>`event IN (${sql.join((changeEvents satisfies readonly AuditEvent[]).map(sql.lit))})
  AND outcome = 'success' AND NOT (${undone})`;

/** A replacement's event if the log has both its removal and its addition, which share a correlation id. */
const shownEvent = sql<Change>`CASE WHEN EXISTS (SELECT 1 FROM audit_log AS other
  WHERE other.correlation_id = audit_log.correlation_id AND other.kind = audit_log.kind AND other.outcome = 'success'
    AND other.event IN ('user.mfa.factor.activate', 'user.mfa.factor.deactivate') AND other.event <> audit_log.event)
  THEN ${sql.lit(replacementEvents.done)} ELSE event END`;

/** Newer rows of other events do not slow this statement down. */
export const prepareLastChange = (store: Store) =>
  prepare(store, (value: Value<{ subject: string }>) =>
    store
      .selectFrom('audit_log')
      .select([shownEvent.as('event'), 'kind', 'at'])
      .where('subject', '=', value('subject'))
      .where('seq', '<=', lastWritten)
      .where(isChange)
      .orderBy('seq', 'desc')
      .limit(1),
  );
