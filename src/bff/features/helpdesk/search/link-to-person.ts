import { ownPath } from '#contract/endpoints.ts';

/** The one page whose `person` filters, and opens nobody. */
const FILTERS_PEOPLE = '/helpdesk/audit-log';

/**
 * Returns the address of a search for a person whom an address would open; null if it opens nobody. Opening writes a
 * row in the agent's name, so a link of another site only fills in the search.
 */
export function searchInstead(url: string): string | null {
  const [path = '/', ...query] = url.split('?');
  const asked = new URLSearchParams(query.join('?'));
  const person = asked.get('person');
  if (person === null || path === FILTERS_PEOPLE) return null;
  asked.delete('person');
  asked.set('find', person);
  return ownPath(`${path}?${asked}`);
}
