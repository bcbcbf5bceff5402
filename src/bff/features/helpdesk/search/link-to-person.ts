import { ownPath } from '#contract/endpoints.ts';

/** On this page, `person` is a filter and opens no person. */
const FILTERS_PEOPLE = '/helpdesk/audit-log';

/**
 * Opening a person writes a row in the agent's name, so a link on another site opens a search instead.
 * Returns null for other addresses.
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
