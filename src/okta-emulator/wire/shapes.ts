import { OktaError } from './errors.ts';

/** A JSON object of a request, unvalidated. */
export type Fields = Record<string, unknown>;

/** The error for a value of a wrong JSON type, the same as for a body that is no JSON. */
const malformed = () => new OktaError('E0000003');

/** An object; undefined when it is null or missing. Throws E0000003 for any other value. */
export function optionalObject(value: unknown): Fields | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'object' || Array.isArray(value)) throw malformed();
  return value as Fields;
}

/** An object. Throws E0000003 for any other value. */
export function objectIn(value: unknown): Fields {
  const object = optionalObject(value);
  if (!object) throw malformed();
  return object;
}

/** A text; undefined when it is null or missing. Throws E0000003 for any other value. */
export function optionalText(value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'string') throw malformed();
  return value;
}

/** A list of texts, empty when it is null or missing. Throws E0000003 for any other value. */
export function textsIn(value: unknown): string[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value) || !value.every((one) => typeof one === 'string')) throw malformed();
  return value;
}
