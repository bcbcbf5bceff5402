import type { Settings } from '#contract/endpoints.ts';

/** Whom an email names to contact: the helpdesk's phone number with its hours, or its page; null for neither. */
export function supportLine({
  supportPhone,
  supportHours,
  supportUrl,
}: Pick<Settings, 'supportPhone' | 'supportHours' | 'supportUrl'>): string | null {
  if (supportPhone === null) return supportUrl;
  return supportHours === null ? supportPhone : `${supportPhone} (${supportHours})`;
}
