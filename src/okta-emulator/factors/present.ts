import type { EmulatorContext } from '../context/context.ts';
import { wireDate } from '../wire/ids.ts';
import type { FactorRow } from '../store/schema.ts';
import type { Json, LinkName } from './kind/kind.ts';
import { factorHref, link, personHref } from './kind/link.ts';
import { kindNamed } from './registry.ts';

/** Properties are in Okta's order. Only the enrollment passes `activation`, which has the secret. */
export function presentFactor(emulator: Pick<EmulatorContext, 'url'>, row: FactorRow, activation?: Json): Json {
  const kind = kindNamed(row.kind);
  const self = factorHref(emulator, row);
  const extra: Record<LinkName, () => Json | Json[]> = {
    resend: () => [{ name: kind.factorType, ...link(`${self}/resend`, 'POST') }],
    poll: () => link(`${self}/lifecycle/activate/poll`, 'POST'),
    activate: () => link(`${self}/lifecycle/activate`, 'POST'),
    verify: () => link(`${self}/verify`, 'POST'),
    questions: () => link(`${personHref(emulator, row.person_id)}/factors/questions`, 'GET'),
  };
  const named = (names: readonly LinkName[]) => Object.fromEntries(names.map((name) => [name, extra[name]()]));
  const pending = row.status === 'PENDING_ACTIVATION';
  const others = kind.links[row.status];
  // For an active factor, Okta puts only `questions` before `self`.
  const before = pending ? others : others.filter((name) => name === 'questions');
  const profile = JSON.parse(row.profile) as Json | null;
  return {
    id: row.id,
    factorType: kind.factorType,
    provider: kind.provider,
    vendorName: row.vendor_name ?? kind.provider,
    status: row.status,
    ...(!kind.undated && { created: wireDate(row.created) }),
    ...(kind.showsLastVerified && row.last_verified !== null && { lastVerified: wireDate(row.last_verified) }),
    ...(!kind.undated && { lastUpdated: wireDate(row.last_updated) }),
    ...(profile && { profile }),
    _links: {
      ...named(before),
      self: pending ? link(self, 'GET') : link(self, 'GET', 'DELETE'),
      ...named(others.filter((name) => !before.includes(name))),
      user: link(personHref(emulator, row.person_id), 'GET'),
    },
    ...(activation && { _embedded: { activation } }),
  };
}
