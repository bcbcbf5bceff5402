import type { SignInRule } from '../context/context.ts';

type Level = 'password' | 'factor' | 'key';

/** Okta's `acr_values`. */
const levels: Record<string, Level | 'factor if possible'> = {
  'urn:okta:loa:1fa:any': 'password',
  'urn:okta:loa:1fa:pwd': 'password',
  'urn:okta:loa:2fa:any': 'factor',
  'urn:okta:loa:2fa:any:ifpossible': 'factor if possible',
  phr: 'key',
  phrh: 'key',
};

export const acrValues = Object.keys(levels);

export type Requirement = { acr: string | undefined; level: Level };

/** Undefined if the person can fulfil none of `acr_values`. The org's rule overrides the request. */
export function requirementFor(
  requested: string | undefined,
  person: { hasFactor: boolean; hasKey: boolean },
  rule: SignInRule,
): Requirement | undefined {
  const least: Level = rule === 'password+factor' && person.hasFactor ? 'factor' : 'password';
  if (!requested) return { acr: undefined, level: least };
  for (const acr of requested.split(' ')) {
    const needed = levels[acr];
    if (needed === 'password') return { acr, level: least };
    if (needed === 'factor' && person.hasFactor) return { acr, level: 'factor' };
    if (needed === 'factor if possible') return { acr, level: person.hasFactor ? 'factor' : 'password' };
    if (needed === 'key' && person.hasKey) return { acr, level: 'key' };
  }
  return undefined;
}

export function meetsLevel(amr: readonly string[] | undefined, level: Level): boolean {
  if (level === 'password') return true;
  return amr?.includes(level === 'key' ? 'hwk' : 'mfa') ?? false;
}
