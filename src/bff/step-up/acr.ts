/** What a sign-in can be asked for (`acr_values`), the strongest first; Okta's own words. */
export const acrValues = ['phrh', 'phr', 'urn:okta:loa:2fa:any', 'urn:okta:loa:1fa:any'] as const;

const rankOf = (acr: string): number => {
  const place = (acrValues as readonly string[]).indexOf(acr);
  return place < 0 ? 0 : acrValues.length - place;
};

/**
 * Whether a sign-in that shows `acr` (null: nothing) is at least what was asked. A value that has no rank meets itself
 * alone.
 */
export const meetsAcr = (acr: string | null, asked: string): boolean =>
  acr !== null && (acr === asked || (rankOf(asked) > 0 && rankOf(acr) >= rankOf(asked)));
