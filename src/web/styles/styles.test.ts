import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { contrast } from '#testing/contrast.ts';

// Read from disk, because the test runner replaces imported stylesheets with empty ones.
const web = join(import.meta.dirname, '..');
const sheets = globSync('**/*.css', { cwd: web }).map((name) => readFileSync(join(web, name), 'utf8'));
const css = sheets.join('\n');

const [light = {}, dark = {}] = [...css.matchAll(/:root \{([^}]*)\}/g)]
  .map(([, body = '']) =>
    Object.fromEntries([...body.matchAll(/--([\w-]+): (#[0-9a-f]{6});/g)].map(([, name, value]) => [name, value])),
  )
  .filter((tokens) => 'paper' in tokens) as Record<string, string>[];

const text: [string, string][] = [
  ['ink', 'paper'],
  ['ink', 'surface'],
  ['ink-2', 'paper'],
  ['ink-2', 'surface'],
  ['accent', 'paper'],
  ['accent', 'surface'],
  ['accent', 'accent-soft'],
  ['ink', 'accent-soft'],
  ['accent', 'good-soft'],
  ['accent', 'caution-soft'],
  ['accent', 'danger-soft'],
  ['good', 'good-soft'],
  ['ink', 'good-soft'],
  ['on-accent', 'accent'],
  ['caution', 'caution-soft'],
  ['ink', 'caution-soft'],
  ['danger', 'paper'],
  ['danger', 'surface'],
  ['danger', 'danger-soft'],
  ['ink-2', 'danger-soft'],
  ['on-danger', 'danger'],
];
const edges: [string, string][] = [
  ['edge', 'paper'],
  ['edge', 'surface'],
  ['edge', 'accent-soft'],
  ['accent', 'surface'],
  ['good', 'surface'],
  ['danger', 'paper'],
  ['focus', 'paper'],
  ['focus', 'surface'],
];

it.each([
  ['light', light],
  ['dark', dark],
] as const)('[X5] %s: text and borders have enough contrast', (_, tokens) => {
  const measured = (pairs: [string, string][], least: number): string[] =>
    pairs
      .map(([one, other]) => ({ pair: `${one} on ${other}`, ratio: contrast(tokens[one]!, tokens[other]!) }))
      .filter(({ ratio }) => !(ratio >= least))
      .map(({ pair, ratio }) => `${pair}: ${ratio.toFixed(2)}`);
  expect(measured(text, 4.5)).toEqual([]);
  expect(measured(edges, 3)).toEqual([]);
});

it('uses logical properties, and has no rule outside the layers', () => {
  expect(css).not.toMatch(
    /[^-\w](?:(?:margin|padding|border)-(?:left|right|top|bottom)|width|height|left|right|top|bottom): /,
  );
  expect(css).not.toMatch(/!important/);
  const outside = sheets.map((sheet) =>
    sheet.replace(/^@layer \w+ \{$[^]*?^\}$|\/\*[^]*?\*\/|^@(?:layer|import) [^{;]*;$/gm, ''),
  );
  expect(outside.join('').trim()).toBe('');
});

/** Lines with a size in px, except borders, outlines, corners, shadows and sizes below 4 px. */
const fixedSizes = (text: string): string[] =>
  text
    .split('\n')
    .filter((line) => !/^\s*(?:border|outline|box-shadow|--panel|--control)/.test(line))
    .filter((line) => [...line.matchAll(/(\d+(?:\.\d+)?)px/g)].some(([, size]) => Number(size) > 3));

it('sizes follow the browser’s font size: type, spacing and the widths at which the layout changes', () => {
  expect(fixedSizes(css)).toEqual([]);
  for (const planted of ['font-size: 15px;', 'gap: 0 16px;', '@media (width < 560px) {', 'flex: 1 1 120px;'])
    expect(fixedSizes(planted)).toEqual([planted]);
  // On the root element, `100%` keeps the browser's font size; px would override it.
  expect(css).toMatch(/html \{[^}]*font: 100%\/1\.5 /);
});

it('draws an empty strength bar as an outline in forced colours, which replace every grey', () => {
  expect(css).toMatch(/@media \(forced-colors: active\) \{[^@]*\.bar \{\s+fill: none;\s+stroke: CanvasText;/);
});
