// @vitest-environment node
import { describe, expect, it } from 'vitest';
import { sourceLocale } from '#contract/locale/locales.ts';
import { readTexts } from '../../testing/catalogs.ts';

const sources = import.meta.glob<string>(['../../**/*.tsx', '!../../**/*.test.tsx', '!../../features/helpdesk/**'], {
  query: '?raw',
  import: 'default',
  eager: true,
});
const rule = 'verification.never_read_out';
/** Messages that tell a person what to say, or whom to believe, about a code. */
const speaks = /\bnever ask|\bread this code|\brecovery code/i;
/** Another wording of the rule, which could contradict the rule. */
const otherRule = /\b(?:never|nobody|only)\b[^.]*\b(?:asks?|reads?|read out)\b[^.]*\bcodes?\b|\bonly code\b/i;
/** Texts of the security history only name what happened. */
const history = /^security-history\.event_/;

function faults(modules: Record<string, string>, texts: Record<string, string>): string[] {
  const spoken = Object.keys(texts).filter((id) => speaks.test(texts[id] ?? '') && !history.test(id));
  const silent = Object.entries(modules).flatMap(([file, code]) => {
    if (code.includes('<NeverReadOut')) return [];
    const beginnings = [...code.matchAll(/`([a-z-]+\.[a-z._-]+)\$\{/g)].map(([, beginning = '']) => beginning);
    const names = (id: string) =>
      code.includes(`'${id}'`) || code.includes(`"${id}"`) || beginnings.some((one) => id.startsWith(one));
    const why = [
      ...(code.includes("'one-time-code'") || code.includes('"one-time-code"') ? ['has a field for a code'] : []),
      ...(code.includes('{formatCode(') ? ['shows a code'] : []),
      ...spoken.filter(names).map((id) => `shows ${id}`),
    ];
    return why.map((one) => `${file} ${one} without <NeverReadOut>`);
  });
  const others = Object.entries(texts).filter(([id, text]) => id !== rule && otherRule.test(text));
  return [...silent, ...others.map(([id]) => `${id} words the rule about codes anew`)];
}

describe('the rule about codes', () => {
  const texts = readTexts(sourceLocale) as Record<string, string>;

  it('is shown wherever a person types, sees or is told about a code, and worded once', () => {
    expect(Object.keys(sources).length).toBeGreaterThan(60);
    expect(faults(sources, texts)).toEqual([]);
    expect(Object.values(sources).filter((code) => code.includes(`"${rule}"`))).toHaveLength(1);
  });

  it('names the page as its title does', () => {
    expect(texts[rule]).toContain(`“${texts['caller-verification.title'] ?? ''}”`);
  });

  it.each(Object.entries(sources).filter(([, code]) => code.includes('<NeverReadOut')))(
    'is missed in %s when it is left out there',
    (file, code) => {
      expect(faults({ [file]: code.replaceAll('<NeverReadOut', '<Nothing') }, texts)).not.toEqual([]);
    },
  );

  it.each([
    'This is the only code you ever read out.',
    'They never ask for your password, or for a code from an app.',
    'Nobody will ever ask you to read out a code.',
  ])('finds another wording: %s', (text) => {
    expect(faults({}, { 'notes.codes': text })).toEqual(['notes.codes words the rule about codes anew']);
  });
});
