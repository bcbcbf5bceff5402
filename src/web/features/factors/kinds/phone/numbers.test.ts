// @vitest-environment node
import { describe, expect, it } from 'vitest';
import { phoneNumber } from '#contract/kinds.ts';
import { listCountries, likelyCountry, readNumber, readSent } from './numbers.ts';

describe('a number as people type it', () => {
  it.each([
    ['07700 900123', 'GB', '+447700900123', '07700 900123', 'GB'],
    [' (07700) 900-123 ', 'GB', '+447700900123', '07700 900123', 'GB'],
    ['+44 7700 900123', 'NL', '+447700900123', '+44 7700 900123', 'GB'],
    ['0044 7700 900123', 'NL', '+447700900123', '+44 7700 900123', 'GB'],
    ['06 12345678', 'NL', '+31612345678', '06 12345678', 'NL'],
    ['(415) 555-0132', 'US', '+14155550132', '(415) 555-0132', 'US'],
    ['06-12345678', 'NL', '+31612345678', '06 12345678', 'NL'],
  ] as const)('%s in %s', (typed, country, sent, written, found) => {
    expect(readNumber(typed, country)).toEqual({ sent, written, country: found });
    expect(phoneNumber.safeParse(sent).success).toBe(true);
  });
  it.each(['', '12', '0770', 'my phone', '+', '07700 900123 900123', '07700 900123 ext. 4'])('rejects %o', (typed) => {
    expect(readNumber(typed, 'GB')).toBeUndefined();
  });
  it('is shown in its own country’s format', () => {
    expect(readSent('+447700900123')).toMatchObject({ written: '07700 900123', country: 'GB' });
    expect(readSent('+31612345678')).toMatchObject({ written: '06 12345678', country: 'NL' });
    expect(readSent('nonsense')).toBeUndefined();
  });
});

it('the country follows from the first language that has one', () => {
  expect(likelyCountry(['en-GB', 'nl'])).toBe('GB');
  expect(likelyCountry(['nl'])).toBe('NL');
  expect(likelyCountry(['tlh', 'x', 'de-AT'])).toBe('AT');
  expect(likelyCountry([])).toBe('US');
});

it('countries are named in the language, and sorted by name', () => {
  const countries = listCountries('en');
  expect(countries.length).toBeGreaterThan(200);
  expect(countries.find(({ code }) => code === 'NL')).toEqual({ code: 'NL', name: 'Netherlands', calling: '+31' });
  expect(countries.map(({ name }) => name)).toEqual(
    countries.map(({ name }) => name).toSorted((a, b) => a.localeCompare(b, 'en')),
  );
});
