// Formats are made once: making one costs forty times its use.
const locale = 'en-GB';
const dayUtc = new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'long', year: 'numeric', timeZone: 'UTC' });
const dateTimeUtc = new Intl.DateTimeFormat(locale, {
  dateStyle: 'long',
  timeStyle: 'short',
  timeZone: 'UTC',
});
const timeUtc = new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit', timeZone: 'UTC' });
const day = new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'long' });
const dayAndYear = new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'long', year: 'numeric' });
const dateTime = new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeStyle: 'short' });
const time = new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit' });
const relative = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' });
const list = new Intl.ListFormat(locale, { type: 'conjunction' });

const minute = 60_000;
const hour = 60 * minute;

/** The same on every machine: what the server writes, before it is known where the reader is. */
export const formatUtc = {
  day: (iso: string): string => dayUtc.format(new Date(iso)),
  dateTime: (iso: string): string => `${dateTimeUtc.format(new Date(iso))} UTC`,
  time: (iso: string): string => `${timeUtc.format(new Date(iso))} UTC`,
};

/** In the reader's own time zone, for titles. */
export const formatLocal = {
  dateTime: (iso: string): string => dateTime.format(new Date(iso)),
  time: (iso: string): string => time.format(new Date(iso)),
};

/**
 * As people say it: “5 minutes ago”, “yesterday”, “14 January”; null for just now. `now` in milliseconds since the
 * epoch.
 */
export function formatRelativeTime(iso: string, now: number): string | null {
  const then = new Date(iso);
  const passed = now - then.getTime();
  if (passed < minute) return null;
  if (passed < hour) return relative.format(-Math.floor(passed / minute), 'minute');
  const days = daysBetween(then, new Date(now));
  if (days === 0) return relative.format(-Math.floor(passed / hour), 'hour');
  if (days < 7) return relative.format(-days, 'day');
  return (then.getFullYear() === new Date(now).getFullYear() ? day : dayAndYear).format(then);
}

/** “a, b and c”. */
export const formatList = (items: readonly string[]): string => list.format(items);

function daysBetween(earlier: Date, later: Date): number {
  const midnight = (date: Date): number => Date.UTC(date.getFullYear(), date.getMonth(), date.getDate());
  return Math.round((midnight(later) - midnight(earlier)) / (24 * hour));
}
