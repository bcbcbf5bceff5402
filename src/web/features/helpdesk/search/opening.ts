/** What a link from a ticket system opens: the search for a person, and the ticket for the reset. It grants nothing. */
export function openingOf(search: string): { ticket: string; person: string } {
  const query = new URLSearchParams(search);
  const read = (name: string, least: number, most: number): string => {
    const text = (query.get(name) ?? '').trim();
    return text.length >= least && text.length <= most && !/[\p{Cc}\p{Cf}]/u.test(text) ? text : '';
  };
  return { ticket: read('ticket', 1, 60), person: read('person', 3, 100) };
}
