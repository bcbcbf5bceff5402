import * as z from 'zod/mini';

/** Okta adds fields without notice and omits nulls. So an optional field is null if missing or of a wrong type. */

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

export const text = z.string().check(z.minLength(1));
