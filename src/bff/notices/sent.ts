import type { AuditLog } from '../audit/audit.ts';
import type { Store } from '../store/open.ts';
import type { NoteSent } from './outbox.ts';
import { maskAddress } from './texts.ts';

/** Notices of what others did to somebody: that they were told is part of the audit log. */
const ofOthers = new Set([
  'user.mfa.factor.reset',
  'user.mfa.factor.reset_all',
  'user.account.freeze',
  'user.account.unfreeze',
]);

/** Notes each notice that was taken; of the helpdesk's, in the audit log too, together. */
export const noteSentOf =
  (store: Store, auditLog: AuditLog): NoteSent =>
  async ({ event, address }, note) => {
    if (event === null) return note(store);
    const told = await store
      .selectFrom('audit_log')
      .select(['event', 'subject', 'request_id'])
      .where('seq', '=', event)
      .executeTakeFirst();
    if (!told || !ofOthers.has(told.event)) return note(store);
    const us = { userId: null, address: '', agent: '', requestId: told.request_id ?? '' };
    return auditLog.event(
      us,
      { event: 'helpdesk.notice', subject: told.subject },
      { outcome: 'success', reason: `${told.event} to ${maskAddress(address)}` },
      note,
    );
  };
