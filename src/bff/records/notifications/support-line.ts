import type { Settings } from '#contract/endpoints.ts';

/** Null if no contact is set. */
export function supportLine({
  supportPhone,
  supportHours,
  supportUrl,
}: Pick<Settings, 'supportPhone' | 'supportHours' | 'supportUrl'>): string | null {
  if (supportPhone === null) return supportUrl;
  return supportHours === null ? supportPhone : `${supportPhone} (${supportHours})`;
}
