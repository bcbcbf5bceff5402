// @vitest-environment node
import { compileMessageOrThrow } from '@lingui/message-utils/compileMessage';
import { describe, expect, it } from 'vitest';
import { type Locale, locales, pseudoLocales, sourceLocale } from '#contract/locale/locales.ts';
import consequences from '#contract/locale/consequences.json' with { type: 'json' };
import { differences, lackingPlurals, longTexts, readAllTexts, readTexts, untranslated } from '../testing/catalogs.ts';
import type { MessageId } from './message-ids.ts';
import { messagesIn } from '../../../scripts/messages-in.ts';
import { createTranslate } from './translate.tsx';

const sources = import.meta.glob(['../**/*.{ts,tsx}', '!../**/*.test.{ts,tsx}', '!../testing/**'], {
  query: '?raw',
  import: 'default',
  eager: true,
});
const code = Object.values(sources).join('\n');
const messages = readTexts(sourceLocale) as Record<MessageId, string>;
const ids = Object.keys(messages) as MessageId[];

describe('the messages', () => {
  it('finds the code', () => {
    expect(Object.keys(sources).length).toBeGreaterThan(60);
    expect(ids.length).toBeGreaterThan(800);
  });

  it('are all named by the code', () => {
    const named = new Set(messagesIn(code, ids));
    expect(ids.filter((id) => !named.has(id))).toEqual([]);
  });

  it('are found as strings and by templates', () => {
    const known = ['a.one', 'a.two', 'a.b.end', 'a.b.other', 'b.x', 'b.y'];
    expect(messagesIn('t(\'a.one\') id="a.two"', known)).toEqual(['a.one', 'a.two']);
    expect(messagesIn('t(`a.${kind}.end`)', known)).toEqual(['a.b.end']);
    expect(messagesIn('t(`b.${is ? `x` : last}`)', known)).toEqual(['b.x', 'b.y']);
    expect(messagesIn('// a.one', known)).toEqual([]);
  });

  it.each(Object.entries(messages))('%s is valid ICU with typographic characters: %s', (_, text) => {
    expect(() => compileMessageOrThrow(text)).not.toThrow();
    // ICU treats a straight quote as an escape. Texts avoid jargon; the names of ICU choices are not text.
    expect(text.replaceAll(/\w+ (?=\{)/g, '')).not.toMatch(/['"]|\b(?:factor|passcode|MFA|2FA|TOTP|OTP)\b/i);
  });
});

const translations = Object.keys(locales).filter(
  (one) => one !== sourceLocale && !pseudoLocales.includes(one as Locale),
);

const everyText = readAllTexts(sourceLocale);

describe('every locale', () => {
  it.each(translations)('%s has messages of English only, with the same values and elements', (locale) => {
    const texts = readAllTexts(locale);
    expect(Object.keys(texts)).not.toEqual([]);
    expect(differences(everyText, texts).filter((one) => !one.endsWith(' is missing'))).toEqual([]);
    // The helpdesk's pages are only in English.
    expect(Object.keys(texts).filter((id) => id.startsWith('helpdesk'))).toEqual([]);
  });

  it.each(translations)('%s has every form of plurals, no text that is far too long, and no English', (locale) => {
    const texts = readAllTexts(locale);
    expect(lackingPlurals(locale, everyText, texts)).toEqual([]);
    expect(longTexts(everyText, texts)).toEqual([]);
    expect(untranslated(everyText, texts)).toEqual([]);
  });

  it('detects planted forms, lengths and English', () => {
    const base = {
      'a.few': '{n, plural, one {x} other {# y}}',
      'a.more': '{n, plural, =2 {both} other {all #}}',
      'a.long': 'Twenty characters it',
      'a.word': 'Cancel',
      'a.name': 'Okta Verify ({name})',
    };
    const two = { 'a.few': '{n, plural, other {# y}}', 'a.more': '{n, plural, =2 {beide} other {alle #}}' };
    expect(lackingPlurals('de', base, two)).toEqual(['a.few']);
    expect(lackingPlurals('ja', base, two)).toEqual([]);
    expect(lackingPlurals('ar', base, two)).toEqual(['a.few', 'a.more']);
    expect(longTexts(base, { 'a.long': 'x'.repeat(44), 'a.word': 'x'.repeat(44) })).toEqual([]);
    expect(longTexts(base, { 'a.long': `${'x'.repeat(42)}{n, select, a {x} other {yy}}{n}` })).toEqual(['a.long']);
    expect(untranslated(base, base)).toEqual(['a.few', 'a.more', 'a.long', 'a.word']);
  });

  it('has each sentence of consequence', () => {
    const listed = Object.values(consequences).flat();
    expect(listed.filter((id) => !(id in everyText))).toEqual([]);
    expect(new Set(listed).size).toBe(listed.length);
  });

  it('detects planted differences', () => {
    const base = { 'a.one': 'See {name}', 'a.two': '{n, plural, one {<0>x</0>} other {y}}', 'b.one': 'x' };
    const other = { 'a.one': 'Siehe {nom}', 'a.two': '{n, plural, one {x} other {y}}', 'c.one': 'z' };
    expect(differences(base, base)).toEqual([]);
    expect(differences(base, other)).toEqual([
      'b.one is missing',
      'c.one is not a message',
      'a.one has {nom} for {name}',
      'a.two has {n, plural} for </0>,<0>,{n, plural}',
    ]);
  });
});

describe('plurals', () => {
  const t = createTranslate(sourceLocale);
  it.each([
    ['factors.status.phone_about', { count: 2 }, 'Both of your methods are usually on a phone.'],
    ['factors.status.phone_about', { count: 7 }, 'All 7 of your methods are usually on a phone.'],
    ['verification.code.wrong', { tries: 0 }, 'That code didn’t match. Wait for the next one and try again. '],
    [
      'verification.code.wrong',
      { tries: 1 },
      'That code didn’t match. Wait for the next one and try again. One try left.',
    ],
    ['verification.code.not_a_code', { digits: 0 }, 'That doesn’t look like a code.'],
  ] as const)('%s of %o', (id, values, said) => {
    expect(t(id, values)).toBe(said);
  });
});

it('every folder of messages is a locale', () => {
  const folders = Object.keys(import.meta.glob('../../contract/locale/messages/*/*.json')).map((file) =>
    file.split('/').at(-2)!,
  );
  expect(Object.keys(locales)).toEqual(expect.arrayContaining([...new Set(folders)]));
});
