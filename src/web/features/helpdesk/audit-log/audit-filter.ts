import type { AuditFilter } from '../../../api/helpdesk-queries.ts';

/** Named, so that a bookmark of “yesterday” always means the day before the bookmark is opened. */
export const periods = ['today', 'yesterday', 'week'] as const;
const names = ['person', 'agent', 'ticket', 'kind', 'outcome', 'when', 'since', 'until'] as const;

/**
 * `since` and `until` are days or minutes in the reader's time zone, such as `2026-03-09` or `2026-03-09T14:30`.
 * Without a kind, the page lists operations; `all` lists everything.
 */
export type AddressFilter = Partial<Record<(typeof names)[number], string>>;

export function filterFrom(given: { get: (name: string) => unknown }): AddressFilter {
  const said = names.flatMap((name) => {
    const value = given.get(name);
    return typeof value === 'string' && value.trim() !== '' ? [[name, value.trim()] as const] : [];
  });
  const { when, ...rest }: AddressFilter = Object.fromEntries(said);
  return when === undefined || rest.since || rest.until ? rest : { ...rest, when };
}

export const printSearch = (filter: AddressFilter): string => new URLSearchParams(filter).toString();

/** The midnight that begins the day of `at`, moved by `days`. In the reader's time zone. */
function midnight(at: Date, days: number): string {
  return new Date(at.getFullYear(), at.getMonth(), at.getDate() + days).toISOString();
}

/** A text with only a day means the midnight that begins it, moved by `days`. Undefined: the text is no time. */
function momentIn(text: string | undefined, days: number): string | undefined {
  const [, year, month, day, hour, minute] = /^(\d{4})-(\d\d)-(\d\d)(?:T(\d\d):(\d\d))?$/.exec(text ?? '') ?? [];
  if (!year) return undefined;
  const date = new Date(Number(year), Number(month) - 1, Number(day), Number(hour ?? 0), Number(minute ?? 0));
  if (Number.isNaN(date.getTime())) return undefined;
  return hour === undefined ? midnight(date, days) : date.toISOString();
}

export const completeMoment = (text = ''): string => (/^\d{4}-\d\d-\d\d$/.test(text) ? `${text}T00:00` : text);

/** Converts times from the reader's time zone. `now`: ms since 1970. */
export function createQuery(
  { when, since, until, kind = 'operation', ...rest }: AddressFilter,
  now: number,
): AuditFilter {
  const today = new Date(now);
  const [from, to] = [momentIn(since, 0), momentIn(until, 1)];
  const time = {
    ...(when === 'today' && { since: midnight(today, 0) }),
    ...(when === 'yesterday' && { since: midnight(today, -1), until: midnight(today, 0) }),
    ...(when === 'week' && { since: midnight(today, -6) }),
    ...(from && { since: from }),
    ...(to && { until: to }),
  };
  return { ...rest, ...(kind !== 'all' && { kind }), ...time } as AuditFilter;
}
