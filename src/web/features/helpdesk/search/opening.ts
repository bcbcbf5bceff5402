/**
 * What a link from a ticket system opens: the search for a person, and the ticket for the reset. It grants nothing.
 * `opens`: whether whoever is found alone opens without a press. If another site's link says `person`, the server makes
 * it `find`.
 */
export function parseOpening(search: string): { ticket: string; person: string; opens: boolean } {
  const query = new URLSearchParams(search);
  const read = (name: string, least: number, most: number): string => {
    const text = (query.get(name) ?? '').trim();
    return text.length >= least && text.length <= most && !/[\p{Cc}\p{Cf}]/u.test(text) ? text : '';
  };
  const person = read('person', 3, 100);
  return { ticket: read('ticket', 1, 60), person: person || read('find', 3, 100), opens: person !== '' };
}
