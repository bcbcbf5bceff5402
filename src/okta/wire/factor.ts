import * as z from 'zod/mini';
import { activationIn, type FactorActivation } from './activation.ts';
import { objectOrNull, text, textOrEmpty, textOrNull } from './lenient.ts';

const factor = z.object({
  id: text,
  factorType: text,
  provider: textOrEmpty,
  vendorName: textOrNull,
  status: textOrEmpty,
  /** ISO 8601. Email factors carry neither `created` nor `lastUpdated`. */
  created: textOrNull,
  lastUpdated: textOrNull,
  lastVerified: textOrNull,
  /** Differs by kind; null on pending push, on security keys and on custom TOTP. */
  profile: objectOrNull,
  _embedded: objectOrNull,
});

/**
 * A factor as Okta stores it. `factorType`, `provider` and `status` are Okta's values and may be unknown; an answer
 * without provider or status gives the empty string.
 */
export type Factor = Omit<z.infer<typeof factor>, '_embedded'> & {
  /** What is needed to finish enrolling; only in the answer to enrolling, otherwise null. */
  activation: FactorActivation | null;
};

/**
 * The factors of one person. An entry without id or type is left out and counted in `unreadable`: code that decides
 * "this person has none" must check `unreadable === 0` too.
 */
export type FactorList = Factor[] & { readonly unreadable: number };

/** @throws {z.core.$ZodError} without id or type */
export function readFactor(json: unknown): Factor {
  return toFactor(z.parse(factor, json));
}

/**
 * Takes an array of factors; leaves out invalid entries.
 * @throws {TypeError} when it is not an array, or when no entry can be read: that must not look like having no factor
 */
export function readFactors(json: unknown): FactorList {
  const { read, unreadable } = readEach(json, (entry) => {
    const result = z.safeParse(factor, entry);
    return result.success ? toFactor(result.data) : null;
  });
  return Object.assign(read, { unreadable });
}

/**
 * Reads all valid entries.
 * @throws {TypeError} as {@link readFactors}
 */
export function readEach<T>(json: unknown, readOne: (entry: unknown) => T | null): { read: T[]; unreadable: number } {
  if (!Array.isArray(json)) throw new TypeError('a list was due');
  const read: T[] = [];
  for (const entry of json) {
    const one = readOne(entry);
    if (one !== null) read.push(one);
  }
  if (read.length === 0 && json.length > 0) throw new TypeError('no entry of the list can be read');
  return { read, unreadable: json.length - read.length };
}

/** Copies field by field: this runs for every entry, and a rest pattern costs as much as the whole schema. */
function toFactor(read: z.infer<typeof factor>): Factor {
  const { id, factorType, provider, vendorName, status, created, lastUpdated, lastVerified, profile, _embedded } = read;
  return {
    id,
    factorType,
    provider,
    vendorName,
    status,
    created,
    lastUpdated,
    lastVerified,
    profile,
    activation: activationIn(_embedded),
  };
}
