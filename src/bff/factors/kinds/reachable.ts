import { parsePhoneNumberFromString } from 'libphonenumber-js/max';
import { ApiError } from '#contract/errors.ts';

/** Kinds of numbers that a person has for themselves. What nobody lists a kind for may be newer than the list. */
const ordinary = new Set<string | undefined>(['MOBILE', 'FIXED_LINE', 'FIXED_LINE_OR_MOBILE', 'VOIP', undefined]);

/**
 * Where a message goes. `country` is the country's code (`JM`) where the number tells, else the calling code (`+1`).
 */
export type Reached = { number: string; country: string };

/**
 * Reads a number in E.164, or as Okta writes one. Throws `bad_phone` where it is nobody's own phone: premium rate,
 * shared cost, toll-free, personal and company-wide numbers, pagers, voicemail, and the ranges of no country (satellite
 * and international services).
 */
export function reached(phoneNumber: string): Reached {
  const read = parsePhoneNumberFromString(`+${phoneNumber.replace(/\D/g, '')}`);
  if (!read || read.isNonGeographic() || !ordinary.has(read.getType()))
    throw new ApiError('bad_phone', 'That number cannot be used.');
  return { number: read.number, country: read.country ?? `+${read.countryCallingCode}` };
}
