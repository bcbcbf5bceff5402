import { cleanup, screen } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { ApiError, type ErrorCode, errors, denialRules, helpdeskRules } from '#contract/errors.ts';
import { NetworkError } from '../../../api/client/network-error.ts';
import { mountScreen } from '../../../testing/screen.tsx';
import { readTexts } from '../../../testing/catalogs.ts';
import { HelpdeskFailure } from './helpdesk-failure.tsx';
import { denialMessage, refusalMessage } from './refusal-messages.ts';

const texts = readTexts('en') as Record<string, string>;
const sources = import.meta.glob<string>(['../**/*.tsx', '!../**/*.test.tsx'], {
  query: '?raw',
  import: 'default',
  eager: true,
});
const withRule = (code: string, rule: string) =>
  ApiError.fromBody({ error: { code: code as ErrorCode, requestId: 'r', rule } });
const known = Object.entries(helpdeskRules).flatMap(([code, rules]) => rules.map((rule) => [code, rule] as const));
const shown = (error: unknown): string => {
  mountScreen(<HelpdeskFailure error={error} />);
  return screen.getByRole('alert').textContent;
};

describe('an error that staff meet', () => {
  it.each(known)('%s %s has its own text', (code, rule) => {
    const id = refusalMessage(withRule(code, rule))!;
    expect(id).toBe(`helpdesk.refused.${code}.${rule}`);
    expect(Object.values(texts).filter((text) => text === texts[id])).toHaveLength(1);
    const until = texts[id]!.includes('{at}');
    expect(until).toBe(code === 'limit_reached');
  });

  it('shows the text of its rule, and when a limit ends', () => {
    expect(shown(withRule('conflict', 'decided'))).toBe('This request was decided already.');
    cleanup();
    expect(shown(ApiError.withRule('limit_reached', 'person_day', { retryAt: '2030-01-02T03:04:00.000Z' }))).toMatch(
      /possible after .*2030/,
    );
  });

  it.each([
    ['conflict', 'Something else changed at the same time. Reload the page, check it, and try again.'],
    ['out_of_policy', 'Your helpdesk’s rules don’t allow this.'],
    ['limit_reached', 'The limit for now is reached. Try again later.'],
  ])('shows a general text for a rule of %s that this page does not know', (code, text) => {
    for (const rule of ['from_another_version', 'toString', '__proto__', '']) {
      expect(shown(withRule(code, rule))).toBe(text);
      cleanup();
    }
    expect(denialMessage('from_another_version')).toBe('error.out_of_policy');
  });

  it('sends nobody to their own methods', () => {
    const own = /your methods|what you have/i;
    const codes = Object.keys(errors) as ErrorCode[];
    // Errors that staff members only get on their own pages for methods.
    const elsewhere = ['already_enrolled', 'last_factor', 'phone_on_file'];
    const said = codes
      .filter((code) => !elsewhere.includes(code))
      .map((code) => texts[refusalMessage(new ApiError(code)) ?? `error.${code}`]!);
    const networks = (['offline', 'timeout', 'unreadable'] as const).map(
      (reason) => texts[refusalMessage(new NetworkError(reason)) ?? `error.network_${reason}`]!,
    );
    expect([...said, ...networks].filter((text) => own.test(text))).toEqual([]);
    expect(own.test(texts['error.conflict']!)).toBe(true);
  });
});

it('denials have the texts of their rules', () => {
  expect(denialRules.map((rule) => texts[denialMessage(rule)]!.length > 10)).toEqual(denialRules.map(() => true));
});

it('the helpdesk shows no error without these texts', () => {
  // `later.tsx` may use `Failure`: a failure to load code has the same text for everybody.
  const may = /\/(?:helpdesk-failure|later)\.tsx$/;
  const bare = (files: Record<string, string>) =>
    Object.entries(files)
      .filter(([file, text]) => /\bFailure\b.*failure\.tsx'/.test(text) && !may.test(file))
      .map(([file]) => file);
  expect(Object.keys(sources).length).toBeGreaterThan(20);
  expect(bare(sources)).toEqual([]);
  expect(bare({ 'a.tsx': "import { Failure } from '../../../components/failure/failure.tsx';" })).toEqual(['a.tsx']);
});
