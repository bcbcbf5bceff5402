import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseSync } from '@swc/core';
import { expect, test } from 'vitest';
import { root } from './step.ts';

/** As long as anything that a browser can send: a body's or a head's 16 kB. */
const LONGEST = 16 * 1024;
/**
 * Milliseconds in which a pattern reads that when it looks at each character a few times; one that goes back over all
 * of it takes several times as long.
 */
const ENOUGH_MS = 60;

type Pattern = { pattern: string; flags: string };

/** All regular expressions written in a text. */
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

/**
 * Texts that make a pattern try every way it can: one or two of its own characters over and over, then what fits
 * nowhere.
 */
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

/**
 * The first text, shortest first, that a pattern is too long about; null for none. A second try forgives a busy
 * machine.
 */
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

/**
 * Patterns that take longer and never see what a stranger wrote: an agent's own note in their own browser, a setting, a
 * secret that Okta made.
 */
const bounded = new Set([String.raw`\s*\n\s*`, String.raw`\/+$`, '=+$']);

test('[D7] every regular expression of the portal reads 16 kB of anything in linear time', { timeout: 300_000 }, () => {
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

test('[D7] this would be seen: patterns that take squares, cubes and powers of what they read', () => {
  for (const pattern of ['^(a+)+$', '\\s+$', '^\\s*\\S*\\s*x$'])
    expect([pattern, slowAt({ pattern, flags: '' })]).toEqual([pattern, expect.any(String)]);
  for (const pattern of ['^[a-z0-9]+$', '^[\\w-]{1,64}$', '^(?:a|b)*c'])
    expect([pattern, slowAt({ pattern, flags: '' })]).toEqual([pattern, null]);
});
