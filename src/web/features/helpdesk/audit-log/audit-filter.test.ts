import { expect, test } from 'vitest';
import { filterFrom, completeMoment, createQuery } from './audit-filter.ts';

const now = new Date(2026, 2, 10, 15, 30).getTime();
const local = (month: number, day: number) => new Date(2026, month, day).toISOString();

test('periods and days are the reader’s, from midnight to midnight', () => {
  expect(createQuery({ when: 'today' }, now)).toEqual({ kind: 'operation', since: local(2, 10) });
  expect(createQuery({ when: 'yesterday', person: 'dorothy' }, now)).toEqual({
    kind: 'operation',
    person: 'dorothy',
    since: local(2, 9),
    until: local(2, 10),
  });
  expect(createQuery({ when: 'week' }, now)).toEqual({ kind: 'operation', since: local(2, 4) });
  expect(createQuery({ kind: 'all', since: '2026-02-27', until: '2026-02-28' }, now)).toEqual({
    since: local(1, 27),
    until: local(2, 1),
  });
  expect(createQuery({ since: 'yesterday', when: 'never' }, now)).toEqual({ kind: 'operation' });
});

test('days in a form win over the period in the address, and what is empty is left out', () => {
  const form = new Map([
    ['person', ' dorothy '],
    ['ticket', '  '],
    ['when', 'today'],
    ['since', '2026-03-01'],
  ]);
  expect(filterFrom(form)).toEqual({ person: 'dorothy', since: '2026-03-01' });
  form.delete('since');
  expect(filterFrom(form)).toEqual({ person: 'dorothy', when: 'today' });
});

test('a moment is the reader’s, to the minute', () => {
  const at = (hour: number, minute: number) => new Date(2026, 2, 9, hour, minute).toISOString();
  expect(createQuery({ since: '2026-03-09T02:00', until: '2026-03-09T04:15', kind: 'reset' }, now)).toEqual({
    kind: 'reset',
    since: at(2, 0),
    until: at(4, 15),
  });
  expect([completeMoment('2026-03-09'), completeMoment('2026-03-09T02:30'), completeMoment()]).toEqual([
    '2026-03-09T00:00',
    '2026-03-09T02:30',
    '',
  ]);
});
