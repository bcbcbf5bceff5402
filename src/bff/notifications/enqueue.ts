import type { Alongside } from '../audit-log/audit-log.ts';
import type { Outbox } from './outbox.ts';
import type { Clock } from '#clock';
import type { Settings } from '#contract/endpoints.ts';
import { deviceOf } from '../sessions/device.ts';
import type { NamedMethod } from '#contract/endpoints.ts';
import { templatesOf } from './templates/templates.ts';

/** The services that a notification needs. */
export type NotificationNeeds = { settings: Settings; clock: Clock; outbox: Outbox };

/** Returns the function that puts the notification of a completed change into the outbox. */
export function enqueueNotification(
  services: NotificationNeeds,
  change: 'added' | 'removed',
  person: { name: string; addresses: string[] },
  method: NamedMethod,
  agent: string,
): Alongside {
  const { orgName, supportPhone, supportUrl } = services.settings;
  const text = templatesOf().change(change, {
    name: person.name,
    method: { kind: method.kind, name: method.name },
    at: services.clock.now(),
    device: deviceOf(agent),
    orgName,
    support: supportPhone ?? supportUrl,
  });
  return services.outbox.enqueue({ addresses: person.addresses, ...text });
}

/** Returns the addresses with `more` added. Addresses that differ only in case count as the same. */
export const withAddress = (addresses: readonly string[], more: string | null): string[] =>
  more === null || addresses.some((one) => one.toLowerCase() === more.toLowerCase())
    ? [...addresses]
    : [...addresses, more];
