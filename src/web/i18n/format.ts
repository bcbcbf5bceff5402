import { createListFormat } from '#contract/locale/lists.ts';
import { type Locale, locales } from '#contract/locale/locales.ts';
import { useLocale } from './translate.tsx';

const minute = 60_000;
const hour = 60 * minute;

/** A page needs only a few of the formats, so each is created at its first use. */
function once<T>(create: () => T): () => T {
  let created: T | undefined;
  return () => (created ??= create());
}

export type Formats = ReturnType<typeof makeFormats>;

function makeFormats(locale: Locale) {
  const tag = locales[locale].formats;
  const dateTime = { dateStyle: 'long', timeStyle: 'short' } as const;
  const date = { day: 'numeric', month: 'long', year: 'numeric' } as const;
  const dateTimeUtc = once(() => new Intl.DateTimeFormat(tag, { ...dateTime, timeZone: 'UTC' }));
  const timeUtc = once(() => new Intl.DateTimeFormat(tag, { hour: '2-digit', minute: '2-digit', timeZone: 'UTC' }));
  const day = once(() => new Intl.DateTimeFormat(tag, { day: 'numeric', month: 'long' }));
  const dayAndYear = once(() => new Intl.DateTimeFormat(tag, date));
  const second = { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit', second: '2-digit' } as const;
  const stampLocal = once(() => new Intl.DateTimeFormat(tag, second));
  const stampAndYear = once(() => new Intl.DateTimeFormat(tag, { ...second, year: 'numeric' }));
  const timeLocal = once(() => new Intl.DateTimeFormat(tag, { hour: '2-digit', minute: '2-digit' }));
  const dateTimeLocal = once(() => new Intl.DateTimeFormat(tag, dateTime));
  const relative = once(() => new Intl.RelativeTimeFormat(tag, { numeric: 'auto' }));
  const list = once(() => createListFormat(locale));
  const languageNames = once(() => new Intl.DisplayNames(tag, { type: 'language' }));
  return {
    /** For the server, which does not know the reader's time zone. */
    utc: {
      dateTime: (iso: string): string => `${dateTimeUtc().format(new Date(iso))} UTC`,
      time: (iso: string): string => `${timeUtc().format(new Date(iso))} UTC`,
    },

    /** In the reader's time zone. Only for what the browser renders. */
    local: {
      dateTime: (iso: string): string => dateTimeLocal().format(new Date(iso)),
      /** With seconds. Omits the year if it is the year of `now` (ms since 1970). */
      stamp(iso: string, now: number): string {
        const then = new Date(iso);
        return (then.getFullYear() === new Date(now).getFullYear() ? stampLocal() : stampAndYear()).format(then);
      },
      /** Such as “Europe/Berlin”. */
      zone: (): string => timeLocal().resolvedOptions().timeZone,
      time: (iso: string): string => timeLocal().format(new Date(iso)),
    },

    /** “5 minutes ago”, “yesterday” or “14 January”; null for less than a minute. `now`: ms since 1970. */
    relativeTime(iso: string, now: number): string | null {
      const then = new Date(iso);
      const passed = now - then.getTime();
      if (passed < minute) return null;
      if (passed < hour) return relative().format(-Math.floor(passed / minute), 'minute');
      const days = daysBetween(then, new Date(now));
      if (days === 0) return relative().format(-Math.floor(passed / hour), 'hour');
      if (days < 7) return relative().format(-days, 'day');
      return (then.getFullYear() === new Date(now).getFullYear() ? day() : dayAndYear()).format(then);
    },

    language: (locale: Locale): string => languageNames().of(locale) ?? locale,

    list: (items: readonly string[]): string => list()(items),
  };
}

const byLocale = new Map<Locale, Formats>();

/** Creating a format costs forty times as much as using it. */
export function getFormats(locale: Locale): Formats {
  let formats = byLocale.get(locale);
  if (!formats) byLocale.set(locale, (formats = makeFormats(locale)));
  return formats;
}

export const useFormats = (): Formats => getFormats(useLocale());

function daysBetween(earlier: Date, later: Date): number {
  const midnight = (date: Date): number => Date.UTC(date.getFullYear(), date.getMonth(), date.getDate());
  return Math.round((midnight(later) - midnight(earlier)) / (24 * hour));
}
