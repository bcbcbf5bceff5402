import type { Factor, SupportedFactor } from '#contract/endpoints.ts';
import { factorKinds } from '#contract/kinds.ts';
import type { FactorKind } from '#contract/kinds.ts';
import type { SupportedFactor as WireSupported } from '#okta/wire/supported-factor.ts';
import type { Held } from './held.ts';
import { kindOf, kinds } from './kinds.ts';

/** The one way a factor leaves the BFF: what is named here, and nothing else the org sent. */
export const presentFactor = ({ id, kind, name, status, strength, created }: Held): Factor => ({
  id,
  kind,
  name,
  status,
  strength,
  created,
});

/** What the org offers, families as one, the strongest first. Kinds that nobody knows are left out: there is no way to add one. */
export function presentCatalog(entries: readonly WireSupported[]): SupportedFactor[] {
  const byKind = new Map<FactorKind, SupportedFactor>();
  for (const entry of entries) {
    const kind = kindOf(entry);
    if (kind === 'unknown') continue;
    const seen = byKind.get(kind);
    const required = entry.enrollment === 'REQUIRED' || seen?.enrollment === 'REQUIRED';
    byKind.set(kind, {
      kind,
      ...(kind === 'okta-verify' ? { method: 'totp' as const } : {}),
      name: kinds[kind].name,
      strength: kinds[kind].strength,
      status: entry.status === 'ACTIVE' ? 'ACTIVE' : (seen?.status ?? (entry.status || 'NOT_SETUP')),
      enrollment: required ? 'REQUIRED' : 'OPTIONAL',
    });
  }
  return [...byKind.values()].toSorted(
    (a, b) => b.strength - a.strength || factorKinds.indexOf(a.kind) - factorKinds.indexOf(b.kind),
  );
}

/** Kinds that the org calls REQUIRED for this person. */
export const requiredKinds = (entries: readonly WireSupported[]): Set<FactorKind> =>
  new Set(entries.filter(({ enrollment }) => enrollment === 'REQUIRED').map(kindOf));

/**
 * The address an authenticator app reads (Key URI Format): issuer and account are percent-encoded, since a colon or an ampersand in
 * either would mean something else.
 */
export function otpauthUri(about: { issuer: string; account: string; secret: string; digits: number; period: number }): string {
  const issuer = encodeURIComponent(about.issuer);
  const label = `${issuer}:${encodeURIComponent(about.account)}`;
  return `otpauth://totp/${label}?secret=${about.secret}&issuer=${issuer}&algorithm=SHA1&digits=${about.digits}&period=${about.period}`;
}
