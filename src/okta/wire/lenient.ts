import * as z from 'zod/mini';

/**
 * Pieces for schemas that take what a real org sends. Okta adds fields, states and kinds without notice and leaves out
 * what is null ("null properties may be left out, properties may be added", as published), so a field that is missing
 * or of a strange type becomes null instead of losing the whole answer. Only what an answer cannot be used without is
 * asked for strictly.
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

/** What must be there: a string with something in it. */
export const text = z.string().check(z.minLength(1));
