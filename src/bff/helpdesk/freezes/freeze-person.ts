import { defaultLocale } from '#contract/locales.ts';
import type { Actor } from '../../audit-log/audit-log.ts';
import type { Services } from '../../context.ts';
import { templatesOf } from '../../notifications/templates/templates.ts';
import type { PortalUser } from '../../users/users.ts';
import { endSessionsOf } from '../../sessions/revocations.ts';
import type { Store } from '../../store/open.ts';
import { cancelEnrollments } from './cancel-enrollments.ts';

/** The notice that changes were stopped. */
function enqueueFreezeNotification(services: Pick<Services, 'settings' | 'clock' | 'outbox'>, person: PortalUser) {
  const { orgName, supportPhone, supportUrl } = services.settings;
  const text = templatesOf(defaultLocale).freeze('frozen', {
    name: person.name,
    at: services.clock.now(),
    orgName,
    support: supportPhone ?? supportUrl,
  });
  return services.outbox.enqueue({ addresses: person.addresses, ...text });
}

/**
 * Ends all sessions of a person, here and at the org, and stops changes to their methods until the helpdesk allows them
 * again. To be asked under that person's lock.
 * @param why which way it came
 * @param beside what else stands or falls with it
 */
export async function freezePerson(
  services: Pick<Services, 'helpdeskServices' | 'auditLog' | 'clock' | 'factorsOf' | 'outbox' | 'users' | 'settings'>,
  actor: Actor,
  person: PortalUser,
  why: string,
  beside?: (step: Store) => Promise<void>,
): Promise<void> {
  const { helpdeskServices, auditLog, outbox } = services;
  const notification = enqueueFreezeNotification(services, person);
  await auditLog.event(
    actor,
    { event: 'user.account.freeze', subject: person.id },
    { outcome: 'success', reason: why },
    async (step, seq) => {
      const news = await helpdeskServices.freezes.freeze(person.id, step);
      await helpdeskServices.pendingCancellations.add(person.id, step);
      await endSessionsOf(person.id, services.clock.now(), step);
      await helpdeskServices.withdrawals.withdraw(person.id, actor, step);
      await helpdeskServices.recoveryCodes.end(person.id, step);
      await beside?.(step);
      if (news) await notification(step, seq);
    },
  );
  await helpdeskServices.withdrawals.record();
  void outbox.flush();
  await cancelEnrollments(services, person.id, actor);
  // What stops changes waits for nobody; what the org does not end then, it ends by its own time.
  if (await helpdeskServices.endAtOrg(person.id)) return;
  await auditLog.event(
    actor,
    { event: 'user.session.end', subject: person.id },
    { outcome: 'failure', reason: 'at the org' },
  );
}
