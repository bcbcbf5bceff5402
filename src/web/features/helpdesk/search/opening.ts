/**
 * The link grants no right. `opens`: if only one person is found, that person's page opens automatically. In another
 * site's links the server replaces `person` by `find`, so that these links open no page automatically.
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
