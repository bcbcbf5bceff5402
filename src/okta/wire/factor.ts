import { activationIn, type FactorActivation } from './activation.ts';
import { isObject, type Json } from './lenient.ts';

/** `factorType`, `provider` and `status` are Okta's values, may be unknown, and are an empty string if missing. */
export type Factor = {
  id: string;
  factorType: string;
  provider: string;
  vendorName: string | null;
  status: string;
  /** ISO 8601. Email factors have neither `created` nor `lastUpdated`. */
  created: string | null;
  lastUpdated: string | null;
  lastVerified: string | null;
  /** Its fields depend on the kind. Null for pending push, security keys and custom TOTP. */
  profile: Json | null;
  /** Only in the answer to enrolling. */
  activation: FactorActivation | null;
};

/** `unreadable`: entries without id or type, which were left out. Code that decides "no factor" must check it. */
export type FactorList = Factor[] & { readonly unreadable: number };

const readText = (value: unknown): string | null => (typeof value === 'string' ? value : null);
const readObject = (value: unknown): Json | null => (isObject(value) ? value : null);

/** Null without an id or a type. A schema would take several times as long. */
function factorIn(json: unknown): Factor | null {
  if (!isObject(json)) return null;
  const id = readText(json['id']);
  const factorType = readText(json['factorType']);
  if (!id || !factorType) return null;
  return {
    id,
    factorType,
    provider: readText(json['provider']) ?? '',
    vendorName: readText(json['vendorName']),
    status: readText(json['status']) ?? '',
    created: readText(json['created']),
    lastUpdated: readText(json['lastUpdated']),
    lastVerified: readText(json['lastVerified']),
    profile: readObject(json['profile']),
    activation: activationIn(readObject(json['_embedded'])),
  };
}

/** @throws {TypeError} without an id or a type */
export function readFactor(json: unknown): Factor {
  const factor = factorIn(json);
  if (factor === null) throw new TypeError('a factor was due');
  return factor;
}

/** Throws a TypeError if no entry of a filled list is valid: such a list must not look like having no factor. */
export function readFactors(json: unknown): FactorList {
  const { read, unreadable } = readEach(json, factorIn);
  return Object.assign(read, { unreadable });
}

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
