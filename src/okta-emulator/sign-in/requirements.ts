import type { SignInRule } from '../context/context.ts';

type Proof = 'password' | 'factor' | 'key';

/** Okta's `acr_values`, and what each requires. */
const asks: Record<string, Proof | 'factor if possible'> = {
  'urn:okta:loa:1fa:any': 'password',
  'urn:okta:loa:1fa:pwd': 'password',
  'urn:okta:loa:2fa:any': 'factor',
  'urn:okta:loa:2fa:any:ifpossible': 'factor if possible',
  phr: 'key',
  phrh: 'key',
};

export const acrValues = Object.keys(asks);

/** What a sign-in must bring, and the `acr` it then has. */
export type Requirement = { acr: string | undefined; proof: Proof };

/**
 * Chooses the first of a request's `acr_values` (space separated, by preference) that this person can meet. When the
 * org's rule requires a factor, a person with one must use it, whatever the request says.
 * @returns undefined when none can be met: the answer is then `unmet_authentication_requirements` (OpenID Connect Core
 * error registry, as Okta sends it)
 */
export function requirementFor(
  requested: string | undefined,
  person: { hasFactor: boolean; hasKey: boolean },
  rule: SignInRule,
): Requirement | undefined {
  const least: Proof = rule === 'password+factor' && person.hasFactor ? 'factor' : 'password';
  if (!requested) return { acr: undefined, proof: least };
  for (const acr of requested.split(' ')) {
    const asked = asks[acr];
    if (asked === 'password') return { acr, proof: least };
    if (asked === 'factor' && person.hasFactor) return { acr, proof: 'factor' };
    if (asked === 'factor if possible') return { acr, proof: person.hasFactor ? 'factor' : 'password' };
    if (asked === 'key' && person.hasKey) return { acr, proof: 'key' };
  }
  return undefined;
}

/** Whether a session's `amr` meets the requirement already. */
export function hasBrought(amr: readonly string[] | undefined, proof: Proof): boolean {
  if (proof === 'password') return true;
  return amr?.includes(proof === 'key' ? 'hwk' : 'mfa') ?? false;
}
