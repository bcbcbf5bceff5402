import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { contrast } from '#testing/contrast.ts';
import { fitAccent, schemes } from './accent.ts';

const css = readFileSync(join(import.meta.dirname, '../../../web/styles/tokens.css'), 'utf8');
const [light = {}, dark = {}] = [...css.matchAll(/:root \{([^}]*)\}/g)].map(([, body = '']) =>
  Object.fromEntries([...body.matchAll(/--([\w-]+): (#[0-9a-f]{6});/g)].map(([, name, value]) => [name, value])),
);
const tokens = { light, dark } as const;
const both = ['light', 'dark'] as const;

function unreadable(scheme: (typeof both)[number], color: string): string[] {
  const { accent, soft } = fitAccent(color)[scheme];
  const ink = tokens[scheme]['ink']!;
  const mix = (share: number): string =>
    `#${[1, 3, 5]
      .map((at) => {
        const [one = 0, other = 0] = [accent, ink].map((hex) => Number.parseInt(hex.slice(at, at + 2), 16));
        return Math.round(one * share + other * (1 - share))
          .toString(16)
          .padStart(2, '0');
      })
      .join('')}`;
  const grounds = ['paper', 'surface', 'good-soft', 'caution-soft', 'danger-soft'];
  const pairs: [string, string, string][] = [
    ...grounds.map((name): [string, string, string] => [`accent on ${name}`, accent, tokens[scheme][name]!]),
    ['accent on soft', accent, soft],
    ['ink on soft', ink, soft],
    ['ink-2 on soft', tokens[scheme]['ink-2']!, soft],
    ['text on a button', tokens[scheme]['on-accent']!, accent],
    // `buttons.css` mixes the accent in the same way.
    ['text on a hovered button', tokens[scheme]['on-accent']!, mix(0.88)],
  ];
  return pairs
    .filter(([, one, other]) => !(contrast(one, other) >= 4.5))
    .map(([pair, one, other]) => `${color}, ${scheme}: ${pair}: ${contrast(one, other).toFixed(2)}`);
}

const anyColor = fc.integer({ min: 0, max: 0xffffff }).map((value) => `#${value.toString(16).padStart(6, '0')}`);

describe('the accent', () => {
  test('knows the colours that the stylesheet has', () => {
    for (const scheme of both) expect(tokens[scheme]).toMatchObject(schemes[scheme]);
    for (const scheme of both) expect(Object.keys(schemes[scheme])).toHaveLength(6);
  });

  test('is readable in both schemes, whatever the colour', () => {
    fc.assert(
      fc.property(anyColor, (color) => {
        expect(both.flatMap((scheme) => unreadable(scheme, color))).toEqual([]);
      }),
      { numRuns: 1000, examples: [['#000000'], ['#ffffff'], ['#ffd500'], ['#ff0000'], ['#00ff00'], ['#0000ff']] },
    );
  });

  test('stays as it is where it passes, and else changes no more than it must', () => {
    fc.assert(
      fc.property(anyColor, (color) => {
        for (const scheme of both) {
          const { accent } = fitAccent(color)[scheme];
          const lowest = (one: string) =>
            Math.min(...Object.values(schemes[scheme]).map((ground) => contrast(one, ground)));
          // `lowest` leaves out the soft background, which has a little less contrast.
          if (lowest(color) >= 5.5) expect(accent).toBe(color);
          if (accent !== color) expect(lowest(accent)).toBeLessThan(5.8);
        }
      }),
      { numRuns: 1000 },
    );
  });

  test.each([
    ['#ffd500', '#7d6800', '#ffd500'],
    ['#8c1018', '#8c1018', '#ee666e'],
    ['#2f6fde', '#2c67ce', '#6192e6'],
  ])('%s is %s on light pages and %s on dark ones', (color, onLight, onDark) => {
    const fitted = fitAccent(color);
    expect([fitted.light.accent, fitted.dark.accent]).toEqual([onLight, onDark]);
  });
});
