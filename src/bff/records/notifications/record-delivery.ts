import type { AuditEvent } from '#contract/audit-log/audit-events.ts';
import type { AuditLog } from '../audit-log/audit-log.ts';
import type { Store } from '../../platform/store/open.ts';
import type { AuditReason } from '#contract/audit-log/audit-reasons.ts';
import type { RecordDelivery } from './outbox.ts';
import { maskAddress } from '../../platform/kinds/mask.ts';

/** For these events, the audit log also records the emails that were sent. */
const byOthers = new Set<AuditEvent>([
  'user.mfa.factor.reset',
  'user.mfa.factor.reset_all',
  'user.account.freeze',
  'user.account.unfreeze',
  'user.account.unlock',
]);

export const notTold = (event: AuditEvent, address: string): AuditReason =>
  `not told: ${event} to ${maskAddress(address)}`;

/** Adds an audit row for a dropped notification, and for a sent one about an event of `byOthers`. */
export const createDeliveryRecord =
  (store: Store, auditLog: AuditLog): RecordDelivery =>
  async ({ event, address }, end, note) => {
    if (event === null) return void (await note(store));
    const audited = await store
      .selectFrom('audit_log')
      .select(['event', 'subject', 'request_id', 'correlation_id'])
      .where('seq', '=', event)
      .executeTakeFirst();
    if (!audited || (end === 'sent' && !byOthers.has(audited.event))) return void (await note(store));
    const { request_id, correlation_id: correlationId } = audited;
    const us = { userId: null, address: '', agent: '', requestId: request_id ?? '', correlationId };
    await auditLog.event(
      us,
      { event: 'helpdesk.notification', subject: audited.subject },
      end === 'sent'
        ? { outcome: 'success', reason: `${audited.event} to ${maskAddress(address)}` }
        : { outcome: 'failure', reason: notTold(audited.event, address) },
      async (tx) => ((await note(tx)) ? undefined : false),
    );
  };
