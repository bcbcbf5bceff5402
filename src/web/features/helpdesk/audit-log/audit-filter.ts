import type { AuditFilter } from '../../../api/helpdesk-queries.ts';

/** Periods by name, so that a bookmark of “yesterday” stays one. */
export const periods = ['today', 'yesterday', 'week'] as const;
const names = ['person', 'agent', 'ticket', 'kind', 'outcome', 'when', 'since', 'until'] as const;

/** The filter as the page's address has it. `since` and `until` are days of the reader, such as `2026-03-09`. */
export type AddressFilter = Partial<Record<(typeof names)[number], string>>;

/** Returns a filter from the values of an address or a form, without empty ones. Days win over a period. */
export function filterFrom(given: { get: (name: string) => unknown }): AddressFilter {
  const said = names.flatMap((name) => {
    const value = given.get(name);
    return typeof value === 'string' && value.trim() !== '' ? [[name, value.trim()] as const] : [];
  });
  const { when, ...rest }: AddressFilter = Object.fromEntries(said);
  return when === undefined || rest.since || rest.until ? rest : { ...rest, when };
}

export const searchOf = (filter: AddressFilter): string => new URLSearchParams(filter).toString();

/** Returns the beginning of a day in the reader's time zone, so many days after the one of `at`. */
function midnight(at: Date, days: number): string {
  return new Date(at.getFullYear(), at.getMonth(), at.getDate() + days).toISOString();
}

/** Returns the day of an ISO date, or undefined when it is none. */
function dayOf(text: string | undefined): Date | undefined {
  const [, year, month, day] = /^(\d{4})-(\d\d)-(\d\d)$/.exec(text ?? '') ?? [];
  return year ? new Date(Number(year), Number(month) - 1, Number(day)) : undefined;
}

/**
 * Returns the filter that the server takes, with times in the reader's time zone.
 * @param now milliseconds since the epoch
 */
export function queryOf({ when, since, until, ...rest }: AddressFilter, now: number): AuditFilter {
  const today = new Date(now);
  const [from, to] = [dayOf(since), dayOf(until)];
  const time = {
    ...(when === 'today' && { since: midnight(today, 0) }),
    ...(when === 'yesterday' && { since: midnight(today, -1), until: midnight(today, 0) }),
    ...(when === 'week' && { since: midnight(today, -6) }),
    ...(from && { since: midnight(from, 0) }),
    ...(to && { until: midnight(to, 1) }),
  };
  return { ...rest, ...time } as AuditFilter;
}
