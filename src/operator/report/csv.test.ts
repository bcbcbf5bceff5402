import { expect, test } from 'vitest';
import { csvCell } from './csv.ts';

test.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', '\n=1', '＝1', '＋1', '－1', '＠1', '  =1'])(
  '%j is no formula for a spreadsheet',
  (text) => {
    expect(csvCell(text)).toBe(`"'${text}"`);
    expect(csvCell(`a ${text}`)).toBe(`"a ${text}"`);
  },
);

test('quotes are doubled, numbers stay numbers, and nothing is an empty cell', () => {
  expect([csvCell('a "b"'), csvCell(-1), csvCell(null), csvCell(true), csvCell(['=x'])]).toEqual([
    '"a ""b"""',
    '"-1"',
    '""',
    '"true"',
    '"[""=x""]"',
  ]);
});
