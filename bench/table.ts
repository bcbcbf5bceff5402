/** `values` are judged by their median. */
export type Row = {
  what: string;
  unit: 'kB' | 'ms' | 's' | 'MB' | '×' | '';
  values: number[];
  goal: number;
  limit: number;
  /** The comparison from the same run: a minimum, a peer, or the two sides of a ratio. */
  beside: string;
};

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2;
}

const digits = { kB: 1, ms: 1, s: 2, MB: 0, '×': 2, '': 3 } as const;

export function formatValue(value: number, unit: Row['unit']): string {
  const text = String(Number(value.toFixed(digits[unit])));
  return unit === '' || unit === '×' ? text + unit : `${text} ${unit}`;
}

export type Verdict = 'good' | 'above goal' | 'ABOVE LIMIT';

/** NaN is above every limit. */
export function judge({ values, goal, limit }: Row): Verdict {
  const value = median(values);
  if (!(value <= limit)) return 'ABOVE LIMIT';
  return value <= goal ? 'good' : 'above goal';
}

export function drawTable(rows: readonly Row[]): string {
  const lines = rows.map((row) => {
    const { what, unit, values, goal, limit, beside } = row;
    const spread =
      values.length > 1 ? `${formatValue(Math.min(...values), unit)}–${formatValue(Math.max(...values), unit)}` : '';
    return [
      what,
      formatValue(median(values), unit),
      spread,
      formatValue(goal, unit),
      formatValue(limit, unit),
      judge(row),
      beside,
    ];
  });
  const all = [['what', 'median', 'min–max', 'goal', 'limit', '', 'beside it'], ...lines];
  const widths = all[0]!.map((_, column) => Math.max(...all.map((line) => line[column]!.length)));
  return all
    .map((line) =>
      line
        .map((cell, column) => cell.padEnd(widths[column]!))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
