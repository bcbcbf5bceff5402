import { expect, test } from 'vitest';
import type { AuditRow } from '#bff/records/audit-log/append.ts';
import { toEntry } from '#bff/features/helpdesk/audit-log/audit-reader.ts';
import { createComparison, rowsOfExport } from './compare-export.ts';

const row: AuditRow = {
  seq: 7,
  at: 1_000_000,
  type: 'event',
  intent: null,
  event: 'helpdesk.person.view',
  actor: '00u1',
  subject: null,
  factor_id: null,
  kind: null,
  outcome: 'success',
  reason: '=1 "quoted", two',
  ticket: 'INC-1',
  caller_verification: null,
  approver: null,
  address: '192.0.2.7',
  agent: 'a browser',
  request_id: 'r1',
  correlation_id: 'r1',
  salt: '',
  prev: '',
  hash: '',
};
test('an export agrees with its row, and with no other', () => {
  const text = `${JSON.stringify(toEntry(row, () => 'ada@example.com'))}\n`;
  const compared = (seen: AuditRow[]) => {
    const comparison = createComparison(rowsOfExport(text));
    for (const one of seen) comparison.add(one);
    return comparison.fault();
  };
  expect(compared([{ ...row, seq: 6 }, row])).toBeNull();
  expect(compared([{ ...row, ticket: 'INC-2' }])).toBe('row 7 of the export is not the one of the log');
  expect(compared([{ ...row, reason: null }])).toBe('row 7 of the export is not the one of the log');
  expect(compared([{ ...row, seq: 8 }])).toMatch(/^row 7 of the export was not found/);
});
