/** The values of `acr_values` Okta defines, and what each asks of a sign-in. */
const asks: Record<string, 'password' | 'code' | 'code if possible' | 'a key'> = {
  'urn:okta:loa:1fa:any': 'password',
  'urn:okta:loa:1fa:pwd': 'password',
  'urn:okta:loa:2fa:any': 'code',
  'urn:okta:loa:2fa:any:ifpossible': 'code if possible',
  phr: 'a key',
  phrh: 'a key',
};

export const acrValues = Object.keys(asks);

/** What a sign-in has to bring, and the `acr` it is then worth. */
export type Requirement = { acr: string | undefined; code: boolean };

/**
 * Chooses, of the `acr_values` of a request (space separated, in order of preference), the first that this person can meet.
 * Nobody can meet `phr` and `phrh` as long as no key can be enrolled.
 * @returns undefined when there is none: the answer is then `unmet_authentication_requirements` (OpenID Connect Core error
 *   registry, as Okta sends it).
 */
export function requirementFor(requested: string | undefined, person: { hasCode: boolean }): Requirement | undefined {
  if (!requested) return { acr: undefined, code: false };
  for (const acr of requested.split(' ')) {
    const asked = asks[acr];
    if (asked === 'password') return { acr, code: false };
    if (asked === 'code' && person.hasCode) return { acr, code: true };
    if (asked === 'code if possible') return { acr, code: person.hasCode };
  }
  return undefined;
}
