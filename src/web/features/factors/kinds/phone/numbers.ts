import {
  type CountryCode,
  getCountries,
  getCountryCallingCode,
  parsePhoneNumberFromString,
} from 'libphonenumber-js/min';

export type { CountryCode };

export type Country = { code: CountryCode; name: string; calling: string };

/** Countries whose phone numbers are known, sorted by their names in `locale`. */
export function listCountries(locale: string): Country[] {
  const names = new Intl.DisplayNames([locale], { type: 'region' });
  return getCountries()
    .map((code) => ({ code, name: names.of(code) ?? code, calling: `+${getCountryCallingCode(code)}` }))
    .toSorted((one, other) => one.name.localeCompare(other.name, locale));
}

/** Guesses a person's country from their languages (BCP 47, preferred first). `nl` alone means the Netherlands. */
export function likelyCountry(languages: readonly string[]): CountryCode {
  const countries = new Set<string>(getCountries());
  for (const language of languages) {
    const region = findRegion(language);
    if (region !== undefined && countries.has(region)) return region as CountryCode;
  }
  return 'US';
}

function findRegion(language: string): string | undefined {
  try {
    return new Intl.Locale(language).maximize().region;
  } catch {
    return undefined;
  }
}

export type ReadNumber = {
  /** E.164, for the API. */
  sent: string;
  /** The national format. */
  written: string;
  /** The chosen country, or else the country of the number's code: the largest, if several countries share the code. */
  country: CountryCode;
};

/** Parses a number typed in `country` or with a country code; undefined if it is invalid. */
export function readNumber(typed: string, country: CountryCode): ReadNumber | undefined {
  // In many countries, `00` before a country code means `+`. No national number begins with `00`.
  const text = typed.trim().replace(/^00(?=[1-9])/, '+');
  const number = parsePhoneNumberFromString(text, country);
  if (!number?.isPossible() || number.ext) return undefined;
  const isNational = number.countryCallingCode === getCountryCallingCode(country);
  const foreign = number.country ?? number.getPossibleCountries()[0] ?? country;
  return {
    sent: number.number,
    written: isNational ? number.formatNational() : number.formatInternational(),
    country: isNational ? country : foreign,
  };
}

/** Parses an E.164 number, so that `written` is in its national format. */
export function readSent(number: string): ReadNumber | undefined {
  const read = readNumber(number, 'US');
  return read && readNumber(number, read.country);
}

/** Formats an E.164 number in its international format: `+44 7700 900123`. */
export const writtenInFull = (number: string): string =>
  parsePhoneNumberFromString(number)?.formatInternational() ?? number;
