import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseSync } from '@swc/core';
import { expect, test } from 'vitest';
import { root } from './step.ts';

/** The longest input from a browser: a body or a head of 16 kB. */
const LONGEST = 16 * 1024;
/** Milliseconds for a pattern that looks at each character a few times; a quadratic one takes several times as long. */
const ENOUGH_MS = 60;

type Pattern = { pattern: string; flags: string };

/** All regular expressions in a source text. */
function patternsIn(text: string, tsx: boolean): Pattern[] {
  const found: Pattern[] = [];
  const walk = (node: unknown): void => {
    if (typeof node !== 'object' || node === null) return;
    const { type, pattern, flags } = node as { type?: string } & Partial<Pattern>;
    if (type === 'RegExpLiteral') found.push({ pattern: pattern!, flags: flags ?? '' });
    for (const value of Object.values(node)) walk(value);
  };
  walk(parseSync(text, { syntax: 'typescript', tsx }));
  return found;
}

/** Texts that make a pattern backtrack: one or two of its own characters repeated, then one that does not match. */
function* hostile({ pattern }: Pattern, length: number): Generator<string> {
  const own = [...new Set(pattern.replaceAll(/\\[a-zA-Z]/g, '').replaceAll(/[\\()[\]{}?+*|^$]/g, ''))].slice(0, 12);
  const signs = [...new Set([...own, 'a', '0', ' ', '\n', '-', '.', '/', ':', '%', '<', 'é', '('])];
  const pumps = [
    ...signs,
    ...own.slice(0, 6).flatMap((one) => ['a', '0', ' ', ...own.slice(0, 6)].map((other) => one + other)),
  ];
  for (const pump of pumps) {
    const long = pump.repeat(Math.ceil(length / pump.length)).slice(0, length);
    for (const end of ['\u0000', '!', '']) yield long + end;
    yield `${own.join('')}${long}\u0000`;
  }
}

/** The shortest text that takes too long, or null. A second attempt excuses a busy machine. */
function slowAt(pattern: Pattern): string | null {
  const expression = new RegExp(pattern.pattern, pattern.flags);
  const ms = (text: string) => {
    const from = performance.now();
    if (pattern.flags.includes('g')) text.replaceAll(expression, '');
    else expression.test(text);
    return performance.now() - from;
  };
  for (const length of [16, 20, 24, 28, 32, 36, 40, 44, 48, 56, 64, 80, 100, 200, 500, 1000, 2000, LONGEST]) {
    for (const text of hostile(pattern, length)) {
      if (ms(text) > ENOUGH_MS && Math.min(ms(text), ms(text)) > ENOUGH_MS)
        return `${length} characters of ${JSON.stringify(text.slice(0, 20))}`;
    }
  }
  return null;
}

/** Slower patterns that never read foreign input: an agent's own note in their browser, a setting, Okta's secret. */
const bounded = new Set([String.raw`\s*\n\s*`, String.raw`\/+$`, '=+$']);

test('[D7] every regular expression of the portal reads 16 kB of any text in linear time', { timeout: 300_000 }, () => {
  const files = globSync(['src/{bff,contract,okta,database,web}/**/*.{ts,tsx}', 'src/*.ts'], {
    cwd: root,
    exclude: (name) => /testing$|\.test\.tsx?$/.test(name),
  });
  const all = files.flatMap((file) =>
    patternsIn(readFileSync(join(root, file), 'utf8'), file.endsWith('.tsx')).map((one) => ({ file, ...one })),
  );
  expect(all.length).toBeGreaterThan(50);
  const slow = all
    .filter(({ pattern }) => !bounded.has(pattern))
    .flatMap((one) => {
      const text = slowAt(one);
      return text === null ? [] : [`${one.file}: /${one.pattern}/${one.flags} at ${text}`];
    });
  expect(slow).toEqual([]);
});

test('[D7] detects quadratic, cubic and exponential patterns', () => {
  for (const pattern of ['^(a+)+$', '\\s+$', '^\\s*\\S*\\s*x$'])
    expect([pattern, slowAt({ pattern, flags: '' })]).toEqual([pattern, expect.any(String)]);
  for (const pattern of ['^[a-z0-9]+$', '^[\\w-]{1,64}$', '^(?:a|b)*c'])
    expect([pattern, slowAt({ pattern, flags: '' })]).toEqual([pattern, null]);
});
