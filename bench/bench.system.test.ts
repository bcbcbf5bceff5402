import { expect, test } from 'vitest';
import { locales } from '#contract/locale/locales.ts';
import { measure } from './measure.ts';
import { judge, median, formatValue, type Row } from './table.ts';

const row: Row = { what: 'a thing', unit: '', values: [3, 1, 2], goal: 2, limit: 3, beside: '' };

test('judges by the median, and treats NaN as above every limit', () => {
  expect(judge(row)).toBe('good');
  expect(judge({ ...row, values: [3] })).toBe('above goal');
  expect(judge({ ...row, values: [4] })).toBe('ABOVE LIMIT');
  expect(judge({ ...row, values: [] })).toBe('ABOVE LIMIT');
  expect(judge({ ...row, values: [Number.NaN] })).toBe('ABOVE LIMIT');
  expect([formatValue(1.239, '×'), formatValue(94.76, 'kB'), formatValue(5, '')]).toEqual(['1.24×', '94.8 kB', '5']);
});

test(
  'measures every budget; figures that do not depend on the machine are under their limits',
  { timeout: 600_000 },
  async () => {
    const rows = await measure('quick');
    expect(rows).toHaveLength(36 + Object.keys(locales).length);
    for (const { what, values } of rows) expect(median(values), what).toBeGreaterThanOrEqual(0);
    const counted = rows.filter(({ unit }) => unit === '' || unit === 'kB');
    expect(counted.filter((one) => judge(one) === 'ABOVE LIMIT')).toEqual([]);
  },
);
