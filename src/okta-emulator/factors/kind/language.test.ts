import { expect, it } from 'vitest';
import { chooseLanguage } from './language.ts';

it.each([
  [undefined, 'en'],
  ['', 'en'],
  ['*', 'en'],
  ['de', 'de'],
  ['de-AT', 'de'],
  ['DE-at, fr', 'de'],
  ['fr;q=0.3, de;q=0.8, en;q=0.1', 'de'],
  ['xx, fr', 'fr'],
  ['de;q=0, fr;q=0.1', 'fr'],
  ['den', 'en'],
  ['de;q=x, fr;q=0.5', 'fr'],
  [';;,,;q=', 'en'],
])('%s gives %s', (header, language) => {
  expect(chooseLanguage(header, ['en', 'de', 'fr'])).toBe(language);
});
