/** Okta's values that a sign-in can request (`acr_values`), the strongest first. */
export const acrValues = ['phrh', 'phr', 'urn:okta:loa:2fa:any', 'urn:okta:loa:1fa:any'] as const;

const rankAcr = (acr: string): number => {
  const place = (acrValues as readonly string[]).indexOf(acr);
  return place < 0 ? 0 : acrValues.length - place;
};

/** A value that is not listed above matches only itself. */
export const meetsAcr = (acr: string | null, required: string): boolean =>
  acr !== null && (acr === required || (rankAcr(required) > 0 && rankAcr(acr) >= rankAcr(required)));
