import { toEntry } from '#bff/features/helpdesk/audit-log/audit-reader.ts';
import type { AuditRow } from '#bff/records/audit-log/append.ts';
import { splitReason } from '#contract/audit-log/reason-parts.ts';
import { erasedBits } from '#bff/records/audit-log/chain.ts';

type Line = Readonly<Record<string, string>>;

/** Not compared, because an export has logins and the log has ids. */
const people: ReadonlySet<string> = new Set(['actor', 'subject', 'approver']);
const getColumns = (row: AuditRow) =>
  Object.entries(toEntry(row, () => null)).filter(([column]) => !people.has(column));

type ExportedLine = Record<string, string | number | null>;
type OlderLine = { agent: string | null } & Parameters<typeof splitReason>[0];
/** In older exports `agent` is the browser, and `reason` is the row's whole reason. */
const readLine = (line: ExportedLine): ExportedLine =>
  'agent' in line ? { ...line, browser: line['agent'], ...splitReason(line as OlderLine) } : line;

/** By row number. `text`: the export without its last line. */
export function rowsOfExport(text: string): Map<number, Line> {
  const entries = text
    .trimEnd()
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as ExportedLine);
  return new Map(
    entries
      .map(readLine)
      .map((entry) => [
        Number(entry['seq']),
        Object.fromEntries(Object.entries(entry).map(([name, value]) => [name, String(value ?? '')])),
      ]),
  );
}

/** Call `add` with each row of a verified log, and `fault` after the last row. */
export function createComparison(rows: ReadonlyMap<number, Line>) {
  const left = new Set(rows.keys());
  const differing = new Set<number>();
  const erased = new Set<number>();
  return {
    add(row: AuditRow): void {
      const line = rows.get(row.seq);
      if (!line) return;
      left.delete(row.seq);
      const differs = getColumns(row).some(([name, value]) => line[name] !== String(value ?? ''));
      if (differs) (erasedBits(row.salt) === 0 ? differing : erased).add(row.seq);
    },
    fault(): string | null {
      if (differing.size > 0) return `row ${Math.min(...differing)} of the export is not the one of the log`;
      if (left.size > 0)
        return `row ${Math.min(...left)} of the export was not found in the log that it was compared with`;
      return null;
    },
    /** `erased`: rows that differ only because values were erased after the export. */
    counts: () => ({ agree: rows.size - erased.size - differing.size - left.size, erased: erased.size }),
  };
}
