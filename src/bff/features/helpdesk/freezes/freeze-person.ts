import { correlationOf, type Actor } from '../../../records/audit-log/audit-log.ts';
import type { NotificationNeeds } from '../../../records/notifications/enqueue.ts';
import { templatesOf } from '../../../records/notifications/templates/templates.ts';
import { ApiError } from '#contract/errors.ts';
import type { Addresses } from '../../../identity/users/addresses.ts';
import type { PortalUser, Users } from '../../../identity/users/users.ts';
import type { Clock } from '#clock';
import { endSessionsOf } from '../../../identity/sessions/revocations.ts';
import type { Store } from '../../../platform/store/open.ts';
import type { RecoveryCodes } from '../recovery-codes/recovery-codes.ts';
import type { Traces } from '../traces/traces.ts';
import { cancelEnrollments } from './cancel-enrollments.ts';
import type { Freezes } from './freezes.ts';
import type { Reported } from './reported.ts';
import type { Withdrawals } from './withdrawals.ts';

/** Who is frozen, and who is notified of it. */
type FrozenPerson = Pick<PortalUser, 'id' | 'name' | 'addresses'>;

/**
 * Reads a person before a freeze. A freeze does not wait for Okta: without its answer, the person is the one whom the
 * portal last saw.
 */
export async function personToFreeze(
  services: {
    addresses: Addresses;
    clock: Clock;
    helpdeskServices: { names: { of(userIds: string[]): Promise<ReadonlyMap<string, { name: string }>> } };
    users: Users;
  },
  userId: string,
): Promise<FrozenPerson> {
  const { addresses, clock, helpdeskServices, users } = services;
  try {
    return await users.read(userId);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    const known = (await helpdeskServices.names.of([userId])).get(userId);
    return { id: userId, name: known?.name ?? userId, addresses: await addresses.since(userId, clock.now()) };
  }
}

/** Returns the function that enqueues the notification of a freeze. */
function enqueueFreezeNotification(services: NotificationNeeds, person: FrozenPerson) {
  const { orgName, supportPhone, supportUrl } = services.settings;
  const text = templatesOf().freeze('frozen', {
    name: person.name,
    at: services.clock.now(),
    orgName,
    support: supportPhone ?? supportUrl,
  });
  return services.outbox.enqueue({ addresses: person.addresses, ...text });
}

/**
 * Ends all sessions of a person, here and at Okta, and freezes their methods until the helpdesk unfreezes them. Callers
 * hold the person's lock.
 * @param request `why`: how the freeze was requested; `reported`: what the person said was not them; `beside`: further
 * writes in the same transaction
 */
export async function freezePerson(
  services: Parameters<typeof cancelEnrollments>[0] & {
    helpdeskServices: {
      freezes: Freezes;
      recoveryCodes: RecoveryCodes;
      withdrawals: Withdrawals;
      traces: Traces;
      endAtOrg(userId: string): Promise<boolean>;
    };
  },
  actor: Actor,
  person: FrozenPerson,
  {
    why,
    reported = null,
    beside,
  }: { why: string; reported?: Reported | null; beside?: (step: Store) => Promise<void> },
): Promise<void> {
  const { helpdeskServices, auditLog, outbox } = services;
  const notification = enqueueFreezeNotification(services, person);
  await auditLog.event(
    actor,
    { event: 'user.account.freeze', subject: person.id },
    { outcome: 'success', reason: why },
    async (step) => {
      const news = await helpdeskServices.freezes.freeze(person.id, step, reported);
      await helpdeskServices.traces.leave(step, person.id, 'frozen', null);
      await helpdeskServices.pendingCancellations.add(person.id, correlationOf(actor), step);
      await endSessionsOf(person.id, services.clock.now(), step);
      await helpdeskServices.withdrawals.withdraw(person.id, actor, step);
      await helpdeskServices.recoveryCodes.end(person.id, step);
      await beside?.(step);
      return news ? notification(step) : undefined;
    },
  );
  await helpdeskServices.withdrawals.record();
  void outbox.flush();
  await cancelEnrollments(services, person.id, actor);
  // The freeze does not wait for Okta. Sessions that Okta does not end now expire by Okta's own limits.
  if (await helpdeskServices.endAtOrg(person.id)) return;
  await auditLog.event(
    actor,
    { event: 'user.session.end', subject: person.id },
    { outcome: 'failure', reason: 'at the org' },
  );
}
