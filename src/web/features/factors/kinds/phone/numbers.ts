import {
  type CountryCode,
  getCountries,
  getCountryCallingCode,
  parsePhoneNumberFromString,
} from 'libphonenumber-js/min';

export type { CountryCode };

export type Country = { code: CountryCode; name: string; calling: string };

/** Countries whose numbers we can read, by what they are called in `locale`. */
export function countriesOf(locale: string): Country[] {
  const names = new Intl.DisplayNames([locale], { type: 'region' });
  return getCountries()
    .map((code) => ({ code, name: names.of(code) ?? code, calling: `+${getCountryCallingCode(code)}` }))
    .toSorted((one, other) => one.name.localeCompare(other.name, locale));
}

/**
 * Where somebody with these languages (BCP 47, the most wished first) most likely is; `nl` alone means the Netherlands.
 */
export function likelyCountry(languages: readonly string[]): CountryCode {
  const known = new Set<string>(getCountries());
  for (const language of languages) {
    const region = regionOf(language);
    if (region !== undefined && known.has(region)) return region as CountryCode;
  }
  return 'US';
}

function regionOf(language: string): string | undefined {
  try {
    return new Intl.Locale(language).maximize().region;
  } catch {
    return undefined;
  }
}

export type ReadNumber = {
  /** E.164, as it is sent. */
  sent: string;
  /** As people in its country write it. */
  written: string;
  /**
   * Where it is: the chosen country, unless another's code stands before it. Of countries that share a code, the
   * largest.
   */
  country: CountryCode;
};

/** A number as it is typed in `country`, or with its country's code; undefined when it cannot be one. */
export function readNumber(typed: string, country: CountryCode): ReadNumber | undefined {
  // `00` before the country's code is what `+` is on a keypad; not everywhere, and nowhere else does a number begin so.
  const text = typed.trim().replace(/^00(?=[1-9])/, '+');
  const number = parsePhoneNumberFromString(text, country);
  if (!number?.isPossible() || number.ext) return undefined;
  const own = number.countryCallingCode === getCountryCallingCode(country);
  const there = number.country ?? number.getPossibleCountries()[0] ?? country;
  return {
    sent: number.number,
    written: own ? number.formatNational() : number.formatInternational(),
    country: own ? country : there,
  };
}

/** A number in E.164 as people in its own country write it. */
export function readSent(number: string): ReadNumber | undefined {
  const read = readNumber(number, 'US');
  return read && readNumber(number, read.country);
}
