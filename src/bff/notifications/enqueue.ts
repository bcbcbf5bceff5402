import type { FactorKind } from '#contract/kinds.ts';
import type { Alongside } from '../audit-log/audit-log.ts';
import type { Services } from '../context.ts';
import { kinds } from '../factors/kinds/registry.ts';
import { deviceOf } from '../sessions/device.ts';
import { changeNotification } from './templates.ts';

/** How a method is called in a notice: its kind's name, with the person's own before it. */
export const methodWords = (kind: FactorKind, own?: string): string =>
  own === undefined ? kinds[kind].name : `${own} (${kinds[kind].name})`;

/** How the person's browser is named in a notice. */
export function deviceWords(agent: string): string {
  const { browser, system } = deviceOf(agent);
  return [browser, system].filter(Boolean).join(' on ');
}

/** The notice owed for a change that happened. */
export function enqueueNotification(
  services: Pick<Services, 'settings' | 'clock' | 'outbox'>,
  change: 'added' | 'removed',
  person: { name: string; addresses: string[] },
  method: string,
  agent: string,
): Alongside {
  const { orgName, supportPhone, supportUrl } = services.settings;
  const text = changeNotification(change, {
    name: person.name,
    method,
    at: services.clock.now(),
    agent: deviceWords(agent),
    orgName,
    support: supportPhone ?? supportUrl,
  });
  return services.outbox.enqueue({ addresses: person.addresses, ...text });
}

/** Addresses with one more, each once, however its letters are written. */
export const withAddress = (addresses: readonly string[], more: string | null): string[] =>
  more === null || addresses.some((one) => one.toLowerCase() === more.toLowerCase())
    ? [...addresses]
    : [...addresses, more];
