import type { AuditEvent } from '../audit-log/audit-event.ts';
import type { AuditLog } from '../audit-log/audit-log.ts';
import type { Store } from '../../platform/store/open.ts';
import type { RecordSent } from './outbox.ts';
import { maskAddress } from '../../platform/kinds/mask.ts';

/** Changes that the helpdesk makes to a person. For these, the audit log also records that the person was notified. */
const byOthers = new Set<AuditEvent>([
  'user.mfa.factor.reset',
  'user.mfa.factor.reset_all',
  'user.account.freeze',
  'user.account.unfreeze',
  'user.account.unlock',
]);

/** Returns the function that records an accepted notification, with its audit row in the same transaction. */
export const recordSentOf =
  (store: Store, auditLog: AuditLog): RecordSent =>
  async ({ event, address }, note) => {
    if (event === null) return void (await note(store));
    const audited = await store
      .selectFrom('audit_log')
      .select(['event', 'subject', 'request_id', 'correlation_id'])
      .where('seq', '=', event)
      .executeTakeFirst();
    if (!audited || !byOthers.has(audited.event)) return void (await note(store));
    const { request_id, correlation_id: correlationId } = audited;
    const us = { userId: null, address: '', agent: '', requestId: request_id ?? '', correlationId };
    await auditLog.event(
      us,
      { event: 'helpdesk.notification', subject: audited.subject },
      { outcome: 'success', reason: `${audited.event} to ${maskAddress(address)}` },
      async (tx) => ((await note(tx)) ? undefined : false),
    );
  };
