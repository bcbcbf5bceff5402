import { parsePhoneNumberFromString } from 'libphonenumber-js/max';
import { ApiError } from '#contract/errors.ts';

/** Types of phone numbers that a person can own. `undefined`: the number may be newer than the library's data. */
const ordinary = new Set<string | undefined>(['MOBILE', 'FIXED_LINE', 'FIXED_LINE_OR_MOBILE', 'VOIP', undefined]);

/**
 * The destination of a message. `country`: the country's code (`JM`), or the calling code (`+1`) if the country is
 * unknown.
 */
export type Reached = { number: string; country: string };

/**
 * Reads a number in E.164 or in Okta's notation. Throws `bad_phone` if the number cannot be a person's own phone:
 * premium rate, shared cost, toll-free, personal and company-wide numbers, pagers, voicemail, and numbers without a
 * country (satellite and international services).
 */
export function reached(phoneNumber: string): Reached {
  const read = parsePhoneNumberFromString(`+${phoneNumber.replace(/\D/g, '')}`);
  if (!read || read.isNonGeographic() || !ordinary.has(read.getType())) throw new ApiError('bad_phone');
  return { number: read.number, country: read.country ?? `+${read.countryCallingCode}` };
}
