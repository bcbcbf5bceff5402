import * as z from 'zod/mini';

/**
 * Building blocks of schemas for the answers of real orgs. Okta adds fields, states and kinds without notice and omits
 * nulls ("null properties may be left out, properties may be added", its docs). So an optional field becomes null if it
 * is missing or has a wrong type. Only required fields are strict.
 */

export type Json = Record<string, unknown>;

export const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const textOrNull = z.transform((value: unknown) => (typeof value === 'string' ? value : null));
export const textOrEmpty = z.transform((value: unknown) => (typeof value === 'string' ? value : ''));
export const numberOrNull = z.transform((value: unknown) =>
  typeof value === 'number' && Number.isFinite(value) ? value : null,
);
export const objectOrNull = z.transform((value: unknown) => (isObject(value) ? value : null));
export const listOrEmpty = z.transform((value: unknown): unknown[] => (Array.isArray(value) ? value : []));

/** A required string that is not empty. */
export const text = z.string().check(z.minLength(1));
