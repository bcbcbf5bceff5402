/** PostgreSQL cannot store NUL, but JSON from a browser or Okta may contain it. */
export const storable = <T>(value: T): T =>
  typeof value === 'string' ? (value.replaceAll('\0', '\ufffd') as T & string) : value;
