import type { Locale } from '#contract/locale/locales.ts';
import { createPersonEmails, type PersonEmails } from './person-emails.ts';
import { writeAlarm, writeApprovalWaits } from './staff-emails.ts';

/** Makes text from a person safe. */
const clean = (text: string, longest = 120) => text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, ' ').slice(0, longest);

/** Links stay unchanged, because the portal makes them. `support` is not cut, because it may be an address. */
function cleaned<T>(value: T, longest?: number): T {
  if (typeof value === 'string') return clean(value, longest) as T;
  if (Array.isArray(value)) return value.map((one: unknown) => cleaned(one)) as T;
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, one]) => [
    key,
    key.endsWith('Url') ? one : cleaned(one as unknown, key === 'support' ? Infinity : undefined),
  ]);
  return Object.fromEntries(entries) as T;
}

/** Data cannot add a header or a line. The type check fails for an email without a wrapper. */
function guard(emails: PersonEmails): PersonEmails {
  return {
    change: (change, data) => emails.change(change, cleaned(data)),
    wrongCodes: (data) => emails.wrongCodes(cleaned(data)),
    reset: (data) => emails.reset(cleaned(data)),
    freeze: (change, data) => emails.freeze(change, cleaned(data)),
    unlocked: (data) => emails.unlocked(cleaned(data)),
  };
}

/** `timeZone`: an IANA id. */
export const getPersonEmails = (locale: Locale, timeZone = 'UTC'): PersonEmails =>
  guard(createPersonEmails(locale, timeZone));

export const staffEmails = {
  approvalWaits: (...[data]: Parameters<typeof writeApprovalWaits>) => writeApprovalWaits(cleaned(data)),
  alarm: (...[orgName, data]: Parameters<typeof writeAlarm>) => writeAlarm(clean(orgName), cleaned(data)),
};
