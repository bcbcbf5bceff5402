import { OktaError } from './errors.ts';

/** Not validated. */
export type Fields = Record<string, unknown>;

/** The error is the same as for a body that is not JSON. */
const malformed = () => new OktaError('E0000003');

/** Undefined for null or a missing value. Throws E0000003 for any other value. */
export function optionalObject(value: unknown): Fields | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'object' || Array.isArray(value)) throw malformed();
  return value as Fields;
}

/** Throws E0000003 for any other value. */
export function objectIn(value: unknown): Fields {
  const object = optionalObject(value);
  if (!object) throw malformed();
  return object;
}

/** Undefined for null or a missing value. Throws E0000003 for any other value. */
export function optionalText(value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'string') throw malformed();
  return value;
}

/** Empty for null or a missing value. Throws E0000003 for any other value. */
export function textsIn(value: unknown): string[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value) || !value.every((one) => typeof one === 'string')) throw malformed();
  return value;
}
