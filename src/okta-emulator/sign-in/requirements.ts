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

/** `acr`: that of the resulting sign-in. */
export type Requirement = { acr: string | undefined; level: Level };

/**
 * Chooses the first of `acr_values` (preferred first) that this person can fulfil. If the org's rule requires a factor,
 * a person with a factor must use it.
 * @returns undefined if none can be fulfilled
 */
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

/** `amr`: of the session. */
export function meetsLevel(amr: readonly string[] | undefined, level: Level): boolean {
  if (level === 'password') return true;
  return amr?.includes(level === 'key' ? 'hwk' : 'mfa') ?? false;
}
