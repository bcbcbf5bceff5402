/** A NUL, which JSON of a browser or of Okta may contain, cannot be stored in PostgreSQL. It becomes U+FFFD. */
export const storable = <T>(value: T): T =>
  typeof value === 'string' ? (value.replaceAll('\0', '\ufffd') as T & string) : value;
