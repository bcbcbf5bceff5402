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
const fault = (text: string, seen: readonly AuditRow[]) => {
  const comparison = createComparison(rowsOfExport(text));
  for (const one of seen) comparison.add(one);
  return comparison.fault();
};

test('an export agrees with its row, and with no other', () => {
  const text = `${JSON.stringify(toEntry(row, () => 'ada@example.com'))}\n`;
  const compared = (seen: AuditRow[]) => fault(text, seen);
  expect(compared([{ ...row, seq: 6 }, row])).toBeNull();
  expect(compared([{ ...row, ticket: 'INC-2' }])).toBe('row 7 of the export is not the one of the log');
  expect(compared([{ ...row, reason: null }])).toBe('row 7 of the export is not the one of the log');
  expect(compared([{ ...row, seq: 8 }])).toMatch(/^row 7 of the export was not found/);
});

const denial = {
  ...row,
  event: 'helpdesk.approval.deny',
  actor: '00u1',
  reason: 'attack: she asked for a code',
} as const;

test('an export has what an approver decided, why, and the note as fields of their own, and the browser', () => {
  expect(toEntry(denial, () => null)).toMatchObject({
    ...{ decision: 'deny', reason: 'attack', note: 'she asked for a code', detail: null, browser: 'a browser' },
  });
  expect(toEntry(denial, () => null)).not.toHaveProperty('agent');
});

test('an export of an earlier version, with the note in its reason and the browser as its agent, still compares', () => {
  const { browser, decision: _, note: __, detail: ___, ...entry } = toEntry(denial, () => null);
  const older = `${JSON.stringify({ ...entry, reason: denial.reason, agent: browser })}\n`;
  expect(fault(older, [denial])).toBeNull();
  const differs = 'row 7 of the export is not the one of the log';
  expect(fault(older, [{ ...denial, reason: 'attack: she asked' }])).toBe(differs);
  expect(fault(older, [{ ...denial, agent: 'another browser' }])).toBe(differs);
});
