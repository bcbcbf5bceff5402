/** Okta's ids have 20 letters and digits. A push transaction's id is `v2mst.` and 22 characters of base64url. */
const id = /^[A-Za-z0-9._-]{1,64}$/;

export function isId(value: unknown): value is string {
  return typeof value === 'string' && id.test(value) && !value.includes('..') && value !== '.';
}

/** @throws {TypeError} for an invalid id. The message does not contain its value. */
export function fillPath(template: string, ids: Record<string, string>): string {
  return template.replace(/\{(\w+)\}/g, (_, place: string) => {
    const value = ids[place];
    if (!isId(value)) throw new TypeError(`${place} is not an id that Okta gives out`);
    return encodeURIComponent(value);
  });
}

/** Includes the question mark. Omits undefined parameters. */
export function writeQuery(parameters: Record<string, string | number | boolean | undefined>): string {
  const given = Object.entries(parameters).filter(
    (entry): entry is [string, string | number | boolean] => entry[1] !== undefined,
  );
  return given.length === 0 ? '' : `?${new URLSearchParams(given.map(([name, value]) => [name, String(value)]))}`;
}
