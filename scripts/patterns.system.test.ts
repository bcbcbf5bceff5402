import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseSync } from '@swc/core';
import { expect, test } from 'vitest';
import { root } from './step.ts';

/** The longest input from a browser is a body or a head of 16 kB. */
const lengths = [16, 20, 24, 28, 32, 36, 40, 44, 48, 56, 64, 80, 100, 200, 500, 1000, 4000, 16_384];
/** Linear patterns take less for the longest input. */
const FAST_MS = 5;

type Pattern = { pattern: string; flags: string };

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

/** One or two of the pattern's own characters repeated, then one that does not match, make the pattern backtrack. */
function* hostile(pattern: string, length: number): Generator<string> {
  const literals = pattern.replaceAll(/\\[a-zA-Z]/g, '').replaceAll(/[\\()[\]{}?+*|^$]/g, '');
  const own = [...new Set(literals)].slice(0, 12);
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

/** A text that takes over 100 times as long as a sixteenth of it (linear: 16 times, quadratic: 256 times), or null. */
function slowAt({ pattern, flags }: Pattern): string | null {
  const expression = new RegExp(pattern, flags);
  const ms = (text: string) => {
    const from = process.threadCpuUsage();
    if (flags.includes('g')) text.replaceAll(expression, '');
    else expression.test(text);
    const { user, system } = process.threadCpuUsage(from);
    return (user + system) / 1000;
  };
  const best = (text: string) => Math.min(...Array.from({ length: 3 }, () => ms(text)));
  for (const length of lengths) {
    for (const [number, text] of [...hostile(pattern, length)].entries()) {
      if (ms(text) <= FAST_MS) continue;
      const short = [...hostile(pattern, length / 16)][number]!;
      if (best(text) > Math.max(FAST_MS, 100 * best(short)))
        return `${length} characters of ${JSON.stringify(text.slice(0, 20))}`;
    }
  }
  return null;
}

/** These patterns never read foreign input: an agent's own note, a setting, Okta's secret. */
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
