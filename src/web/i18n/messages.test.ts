// @vitest-environment node
import { compileMessageOrThrow } from '@lingui/message-utils/compileMessage';
import { describe, expect, it } from 'vitest';
import { errorStatus } from '#contract/errors.ts';
import { failureMessages } from '../components/failure/failure.tsx';
import en from './messages/en.json' with { type: 'json' };
import { lazyGroups } from './lazy-groups.ts';
import { translate, type MessageId } from './translate.tsx';

const sources = import.meta.glob(['../**/*.{ts,tsx}', '!../**/*.test.{ts,tsx}'], {
  query: '?raw',
  import: 'default',
  eager: true,
});
const code = Object.values(sources).join('\n');
/** Ids made from parts in the code, by the pattern of what they are made of. */
const made = [
  /^test\.lead\./,
  /^strength\.[1-4]$/,
  /^strength\.about\.[1-4]$/,
  /^remove\.(?:last|required)_factor(?:_heading)?$/,
  /^okta_verify\.(?:choice|about|before)_(?:push|totp)$/,
  /^helpdesk\.missing_(?:thaw|caller|selected|reason|ticket|note)$/,
  /^helpdesk\.[a-z]+_title$/,
];
const ids = Object.keys(en) as MessageId[];

describe('the catalog', () => {
  it('sees the code', () => expect(Object.keys(sources).length).toBeGreaterThan(60));

  it.each(ids)('%s is used', (id) => {
    expect(made.some((pattern) => pattern.test(id)) || code.includes(`'${id}'`) || code.includes(`"${id}"`)).toBe(true);
  });

  it('has every id that looks like one in a call', () => {
    const asked = [...code.matchAll(/\bt\('([\w.-]+)'/g)].map(([, id]) => id);
    expect(asked.length).toBeGreaterThan(100);
    expect(asked.filter((id) => !ids.includes(id as MessageId))).toEqual([]);
  });

  it.each(Object.keys(errorStatus))('has words for %s', (error) => {
    const id = failureMessages[error as keyof typeof errorStatus];
    expect(id).toBe(`error.${error}`);
    expect(en[id].length).toBeGreaterThan(10);
  });

  it.each(Object.entries(en))('%s is good ICU and good typography: %s', (_, text) => {
    expect(() => compileMessageOrThrow(text)).not.toThrow();
    // A straight quote is ICU's escape; and jargon is not how we speak.
    expect(text).not.toMatch(/['"]|\b(?:factor|passcode|MFA|2FA|TOTP|OTP)\b/i);
  });
});

describe('the parts that come with their screens', () => {
  const groupOf = (id: string): string | undefined => lazyGroups.find((part) => id.startsWith(`${part}.`));
  /** Lists of what is to be loaded name the titles of what they load. */
  const lists = new Set(['../app/pages.ts', '../components/factor/factor-ui.ts']);
  const saidBy = (text: string): Set<string> =>
    new Set(
      ids
        .filter((id) => groupOf(id) && (text.includes(`'${id}'`) || text.includes(`"${id}"`)))
        .map((id) => groupOf(id)!),
    );
  const files = sources as Record<string, string>;
  const at = (from: string, to: string): string => {
    const { pathname } = new URL(to, `file:///src/web/i18n/${from}`);
    return pathname.startsWith('/src/web/i18n/') ? `./${pathname.slice(14)}` : `../${pathname.slice(9)}`;
  };
  /** A module and all that comes with it. */
  const closure = (file: string, seen = new Set<string>()): Set<string> => {
    if (seen.has(file) || !files[file]) return seen;
    seen.add(file);
    for (const [, to] of files[file].matchAll(/^(?:import|export) (?!type )[^;]*?from '(\.[^']+)'/gms))
      closure(at(file, to!), seen);
    return seen;
  };
  const first = closure('../app/entry-client.tsx');
  const later = Object.entries(files).flatMap(([file, text]) =>
    [...text.matchAll(/import\('(\.[^']+)'\)/g)].map(([, to]) => at(file, to!)),
  );
  const texts = (modules: Set<string>): string =>
    [...modules]
      .filter((file) => !lists.has(file))
      .map((file) => files[file])
      .join('\n');

  it('finds the modules', () => {
    expect(first.size).toBeGreaterThan(30);
    expect(later).toContain('../features/factors/kinds/totp/enroll.tsx');
    expect([...closure('../features/factors/kinds/totp/enroll.tsx')]).toContain(
      '../features/factors/enrollment/enrollment-result.tsx',
    );
  });
  it.each(lazyGroups)('%s has words', (part) => expect(ids.some((id) => groupOf(id) === part)).toBe(true));
  it('none is said by the first page', () => {
    expect([...saidBy(texts(first))]).toEqual([]);
    expect(texts(first)).not.toContain('virtual:messages/en/');
  });
  it.each(later)('%s brings the words it says', (file) => {
    const text = texts(closure(file));
    for (const part of saidBy(text)) expect(text).toContain(`'virtual:messages/en/${part}'`);
  });
  it('and would be found out', () => {
    expect([...saidBy("t('enroll.turn_on')")]).toEqual(['enroll']);
    expect([...saidBy('<Trans id="sent.to" />')]).toEqual(['sent']);
    expect([...saidBy("t('list.title')")]).toEqual([]);
  });
});

describe('plurals', () => {
  it.each([
    ['list.count', { count: 0 }, 'You have no finished way to prove it’s you.'],
    ['list.count', { count: 1 }, 'You have one way to prove it’s you.'],
    ['list.count', { count: 2 }, 'You have two ways to prove it’s you.'],
    ['list.count', { count: 7 }, 'You have 7 ways to prove it’s you.'],
    ['list.phishing_proof', { count: 1 }, 'One of them can’t be phished.'],
    ['list.phishing_proof', { count: 2 }, 'Two of them can’t be phished.'],
    ['sessions.lead', { count: 1 }, 'Only here.'],
    ['sessions.lead', { count: 2 }, 'In 2 places. If you don’t know one of them, sign it out.'],
    ['sessions.others', { count: 1 }, 'You’re also signed in at one other place. Sign out everywhere else?'],
    ['sessions.others', { count: 2 }, 'You’re also signed in at 2 other places. Sign out everywhere else?'],
    ['code.wrong', { tries: 0 }, 'That code didn’t match. Wait for the next one and try again. '],
    ['code.wrong', { tries: 3 }, 'That code didn’t match. Wait for the next one and try again. 3 tries left.'],
    ['code.wrong', { tries: 1 }, 'That code didn’t match. Wait for the next one and try again. One try left.'],
    ['code.not_a_code', { digits: 6 }, 'That doesn’t look like a code. It has six digits.'],
    ['code.not_a_code', { digits: 5 }, 'That doesn’t look like a code. It has five digits.'],
  ] as const)('%s of %o', (id, values, said) => {
    expect(translate(id, values)).toBe(said);
  });
});
