import { OktaError } from './errors.ts';

/** A JSON object of a request, unvalidated. */
export type Fields = Record<string, unknown>;

/** Returns the error for a value of a wrong JSON type. It is the same as for a body that is not JSON. */
const malformed = () => new OktaError('E0000003');

/** Returns an object; undefined for null or a missing value. Throws E0000003 for any other value. */
export function optionalObject(value: unknown): Fields | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'object' || Array.isArray(value)) throw malformed();
  return value as Fields;
}

/** Returns an object. Throws E0000003 for any other value. */
export function objectIn(value: unknown): Fields {
  const object = optionalObject(value);
  if (!object) throw malformed();
  return object;
}

/** Returns a text; undefined for null or a missing value. Throws E0000003 for any other value. */
export function optionalText(value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'string') throw malformed();
  return value;
}

/** Returns a list of texts; empty for null or a missing value. Throws E0000003 for any other value. */
export function textsIn(value: unknown): string[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value) || !value.every((one) => typeof one === 'string')) throw malformed();
  return value;
}
