import { parsePhoneNumberFromString } from 'libphonenumber-js/max';
import { ApiError } from '#contract/errors.ts';

/** Types that a person's number can have. `undefined`: the number may be newer than the library's data. */
const ordinary = new Set<string | undefined>(['MOBILE', 'FIXED_LINE', 'FIXED_LINE_OR_MOBILE', 'VOIP', undefined]);

/** `country`: the country's code (`JM`), or the calling code (`+1`) if the country is unknown. */
export type Reached = { number: string; country: string };

/** Throws `bad_phone` if the number cannot be a person's own phone, such as a premium-rate or satellite number. */
export function reached(phoneNumber: string): Reached {
  const read = parsePhoneNumberFromString(`+${phoneNumber.replace(/\D/g, '')}`);
  if (!read || read.isNonGeographic() || !ordinary.has(read.getType())) throw new ApiError('bad_phone');
  return { number: read.number, country: read.country ?? `+${read.countryCallingCode}` };
}
