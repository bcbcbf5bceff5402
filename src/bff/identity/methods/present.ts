import type { Factor, SupportedFactor } from '#contract/endpoints.ts';
import { factorKinds, type FactorKind } from '#contract/kinds.ts';
import type { SupportedFactor as WireSupported } from '#okta/wire/supported-factor.ts';
import { pickNamedMethod, type SecurityMethod } from './security-methods.ts';
import { getKind, kinds } from '../../platform/kinds/registry.ts';
import { findLocation } from '../authenticators/locations.ts';
import { maskPhone } from '../../platform/kinds/mask.ts';

export function presentFactor(method: SecurityMethod): Factor {
  const { id, detail, status, strength, created, lastVerified } = method;
  return { id, ...pickNamedMethod(method), detail, status, strength, created, lastVerified };
}

export function presentOwnFactor(method: SecurityMethod): Factor {
  const { backup, used_at } = method.note;
  const usedHere = method.kind !== 'webauthn' && used_at !== null && new Date(used_at).toISOString();
  return {
    ...presentFactor(method),
    location: findLocation(method),
    ...(backup !== null && { backup }),
    ...(usedHere && { usedHere }),
  };
}

function listPhones(entry: WireSupported): string[] {
  const phones = entry._embedded?.['phones'];
  if (!Array.isArray(phones)) return [];
  return phones.flatMap((phone: { profile?: { phoneNumber?: unknown } } | null) => {
    const number = phone?.profile?.phoneNumber;
    return typeof number === 'string' ? [maskPhone(number)] : [];
  });
}

const verifyMethods: Record<string, 'push' | 'totp'> = { push: 'push', 'token:software:totp': 'totp' };

/** `keys`: the portal's pages may use the org's keys. `questions`: the portal may read the org's questions. */
export type Offer = { keys: boolean; questions: boolean };

/** Returns one entry per kind, the strongest first. */
export function presentCatalog(entries: readonly WireSupported[], { keys, questions }: Offer): SupportedFactor[] {
  const byKind = new Map<FactorKind, SupportedFactor>();
  for (const entry of entries) {
    const kind = getKind(entry);
    if (kind === 'unknown' || (kind === 'question' && !questions)) continue;
    const earlier = byKind.get(kind);
    const method = kind === 'okta-verify' ? verifyMethods[entry.factorType] : undefined;
    const methods = [...(earlier?.methods ?? []), ...(method ? [method] : [])];
    const phones = listPhones(entry);
    const required = entry.enrollment === 'REQUIRED' || earlier?.enrollment === 'REQUIRED';
    byKind.set(kind, {
      kind,
      ...(methods.length ? { methods } : {}),
      ...(phones.length ? { phones } : {}),
      atOkta: kinds[kind].enroll === null || (kind === 'webauthn' && !keys),
      strength: kinds[kind].strength,
      status: entry.status === 'ACTIVE' ? 'ACTIVE' : (earlier?.status ?? (entry.status || 'NOT_SETUP')),
      enrollment: required ? 'REQUIRED' : 'OPTIONAL',
    });
  }
  return [...byKind.values()].toSorted(
    (a, b) => b.strength - a.strength || factorKinds.indexOf(a.kind) - factorKinds.indexOf(b.kind),
  );
}

export const requiredKinds = (entries: readonly WireSupported[]): Set<FactorKind> =>
  new Set(entries.filter(({ enrollment }) => enrollment === 'REQUIRED').map(getKind));
