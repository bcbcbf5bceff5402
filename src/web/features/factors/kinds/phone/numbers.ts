import {
  type CountryCode,
  getCountries,
  getCountryCallingCode,
  parsePhoneNumberFromString,
} from 'libphonenumber-js/min';

export type { CountryCode };

export type Country = { code: CountryCode; name: string; calling: string };

/** Sorted by their names in `locale`. */
export function listCountries(locale: string): Country[] {
  const names = new Intl.DisplayNames([locale], { type: 'region' });
  return getCountries()
    .map((code) => ({ code, name: names.of(code) ?? code, calling: `+${getCountryCallingCode(code)}` }))
    .toSorted((one, other) => one.name.localeCompare(other.name, locale));
}

/** From BCP 47 tags, preferred first. `nl` alone means the Netherlands. */
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
  /** E.164. */
  sent: string;
  /** In the national format; in the international format if the number is from another country. */
  written: string;
  /** If several countries share the country code and none of them is chosen: the largest country. */
  country: CountryCode;
};

/** A number in the format of `country`, or with a country code. Undefined: invalid. */
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

/** `written` is in the number's national format. */
export function readSent(number: string): ReadNumber | undefined {
  const read = readNumber(number, 'US');
  return read && readNumber(number, read.country);
}

/** For example `+44 7700 900123`. */
export const writtenInFull = (number: string): string =>
  parsePhoneNumberFromString(number)?.formatInternational() ?? number;
