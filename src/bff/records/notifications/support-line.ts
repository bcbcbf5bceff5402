import type { Settings } from '#contract/endpoints.ts';

/** The helpdesk's contact in emails: its phone number with its hours, or its page; null if none is set. */
export function supportLine({
  supportPhone,
  supportHours,
  supportUrl,
}: Pick<Settings, 'supportPhone' | 'supportHours' | 'supportUrl'>): string | null {
  if (supportPhone === null) return supportUrl;
  return supportHours === null ? supportPhone : `${supportPhone} (${supportHours})`;
}
