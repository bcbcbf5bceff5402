import type { AuditReason } from '#contract/audit-log/audit-reasons.ts';
import {
  getCorrelationId,
  type Actor,
  type InTransaction,
  type NewRow,
  type Stop,
} from '../../../records/audit-log/audit-log.ts';
import { addCounts } from '../../../records/audit-log/counts.ts';
import type { NotificationServices } from '../../../records/notifications/enqueue.ts';
import { supportLine } from '../../../records/notifications/support-line.ts';
import { findEmailStyle, writeEmail } from '../../../records/notifications/languages.ts';
import type { PortalUser } from '../../../identity/users/users.ts';
import { endSessions } from '../../../identity/sessions/revocations.ts';
import type { Store } from '../../../platform/store/open.ts';
import type { RecoveryCodes } from '../recovery-codes/recovery-codes.ts';
import type { AttackSigns } from '../attack-signs/attack-signs.ts';
import { followFreeze } from './cancel-enrollments.ts';
import type { Freezes } from './freezes.ts';
import type { Reported } from './reported.ts';
import { withdrawAll } from './withdrawals.ts';

type FrozenPerson = Pick<PortalUser, 'id' | 'name' | 'locale' | 'timeZone' | 'addresses'>;

function enqueueFreezeNotification(services: NotificationServices, person: FrozenPerson): InTransaction {
  const { settings, clock, outbox } = services;
  const email = { name: person.name, at: clock.now(), orgName: settings.orgName, support: supportLine(settings) };
  return async (tx) => {
    const style = await findEmailStyle(tx, person, { languages: settings.languages, now: email.at });
    const text = writeEmail(style, (emails) => emails.freeze('frozen', email));
    return outbox.enqueue({ addresses: person.addresses, ...text })(tx);
  };
}

type FreezeServices = Parameters<typeof followFreeze>[0] & {
  helpdeskServices: {
    freezes: Freezes;
    recoveryCodes: RecoveryCodes;
    attackSigns: AttackSigns;
  };
};

/**
 * Resolves when the freeze is stored. The calls to Okta follow in the background. A session that freezes a frozen
 * person again withdraws no requests and codes, because it may be a thief's. `byLink` marks the link as used, and
 * returns false if it was used before.
 */
export async function freezePerson(
  services: FreezeServices,
  by: Stop | Actor,
  person: FrozenPerson,
  { why, report, byLink }: { why: AuditReason; report?: Reported | null; byLink?: (tx: Store) => Promise<boolean> },
): Promise<void> {
  const { helpdeskServices, auditLog, outbox } = services;
  const notification = enqueueFreezeNotification(services, person);
  const actor = 'actor' in by ? by.actor : by;
  let withdrawn: NewRow[] = [];
  await auditLog.event(
    by,
    { event: 'user.account.freeze', subject: person.id },
    { outcome: 'success', reason: why },
    async (tx) => {
      withdrawn = [];
      const news = await helpdeskServices.freezes.freeze(person.id, tx, report, byLink !== undefined);
      const leavesRequests = !news && byLink === undefined;
      await helpdeskServices.attackSigns.record(tx, person.id, leavesRequests ? 'frozen_again' : 'frozen', null);
      const way = news ? 'first' : byLink ? 'link' : 'session';
      await helpdeskServices.pendingCancellations.add(person.id, getCorrelationId(actor), way, tx);
      await endSessions(person.id, services.clock.now(), tx);
      if (leavesRequests) return;
      withdrawn = await withdrawAll(person.id, actor, services.clock.now(), tx);
      await helpdeskServices.recoveryCodes.end(person.id, tx);
      if (byLink && !(await byLink(tx))) return false;
      if (!news) return;
      await addCounts(tx, services.clock.now(), [{ kind: 'new_freeze', who: person.id }], null);
      return notification(tx);
    },
    () => withdrawn,
  );
  void outbox.flush();
  // The task `cancel` repeats these calls to Okta if one fails or the process ends.
  void followFreeze(services, person.id, actor).catch(() => undefined);
}
