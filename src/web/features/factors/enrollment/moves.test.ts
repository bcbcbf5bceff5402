import { expect, test } from 'vitest';
import type { NewPhone } from '#contract/endpoints.ts';
import { key, newPhone, totp } from '../../../testing/person.ts';
import { movesFrom, recordTested, computeProgress, readMoves } from './moves.ts';

type Listed = NewPhone['methods'][number];
const listed = (id: string, over: Partial<Listed> = {}, factor: Partial<Listed['factor']> = {}): Listed => ({
  factor: { ...totp, id, ...factor },
  factorIds: [id],
  onPhone: true,
  way: 'replace',
  spare: true,
  ...over,
});
const number = (id: string, detail: string): Listed => listed(id, {}, { kind: 'sms', detail });
const having = (...methods: Listed[]): NewPhone => ({ ...newPhone, methods });
const seen = (before: NewPhone, now: NewPhone, tested: string[] = []) =>
  computeProgress({ ...movesFrom(before), tested }, now).map(({ id, state, worksNow }) => [
    id,
    state,
    worksNow?.id ?? null,
  ]);

test.each<[string, NewPhone, NewPhone, string[], unknown]>([
  ['nothing was done', having(listed('old')), having(listed('old')), [], ['open', null]],
  ['it was tested', having(listed('old')), having(listed('old')), ['old'], ['done', 'old']],
  ['the old one is gone', having(listed('old')), having(), ['old'], ['off', null]],
  ['a new one works', having(listed('old')), having(listed('new')), [], ['done', 'new']],
  ['a new one was added beside it', having(listed('old')), having(listed('old'), listed('new')), [], ['done', 'new']],
  [
    'the new one is suspended',
    having(listed('old')),
    having(listed('new', {}, { status: 'INACTIVE' })),
    [],
    ['off', null],
  ],
  ['a new one of another kind', having(listed('old')), having(listed('new', {}, { kind: 'duo' })), [], ['off', null]],
  ['another number under its id', having(number('old', '•• 1')), having(number('old', '•• 2')), [], ['done', 'old']],
  [
    'the same number under another id',
    having(number('old', '•• 1')),
    having(number('new', '•• 1')),
    [],
    ['done', 'new'],
  ],
  [
    'another part of it stands for it',
    having(listed('old', { factorIds: ['old', 'part'] })),
    having(listed('part', { factorIds: ['part', 'old'] })),
    [],
    ['open', null],
  ],
])('%s', (_what, before, now, tested, expected) => {
  expect(seen(before, now, tested)).toEqual([['old', ...(expected as unknown[])]]);
});

test('an open replacement is not finished, in a tab that began it and in another one', () => {
  const open = { kind: 'totp', factorId: 'old', newFactorId: null, resumable: 'elsewhere' } as const;
  const gone: NewPhone = { ...having(number('sms', '•• 1')), replacing: [{ ...open, left: false }] };
  const left: NewPhone = { ...having(listed('old')), replacing: [{ ...open, left: true }] };
  for (const before of [gone, having(listed('old'), ...gone.methods)])
    expect(seen(before, gone)).toEqual([
      ['old', 'off', null],
      ['sms', 'open', null],
    ]);
  expect(seen(left, left)).toEqual([['old', 'off', null]]);
  // The new method works, and the replacement is over: the tab remembers what it has seen.
  expect(seen(gone, having(listed('new')))).toContainEqual(['old', 'done', 'new']);
  expect(readMoves(having(number('sms', '•• 1'))).before).toHaveLength(1);
  expect(readMoves(gone).before).toHaveLength(2);
  expect(readMoves(having()).before).toHaveLength(2);
  sessionStorage.clear();
});

test('one of the kind that was there before is no new one, and what is on no phone is not listed', () => {
  const apart = listed('apart', { onPhone: false });
  expect(seen(having(listed('old'), apart), having(listed('old'), apart))).toEqual([['old', 'open', null]]);
});

test('first what is unfinished, then what takes nothing away; what nothing stands in for comes after all else', () => {
  const before = having(
    listed('tested'),
    listed('alone', { spare: false }),
    listed('app', {}, { kind: 'okta-verify' }),
    listed('key', { way: 'add' }, { kind: 'webauthn' }),
    listed('gone', {}, { kind: 'call', detail: '•• 3' }),
  );
  const now = having(...before.methods.filter(({ factor }) => factor.id !== 'gone'));
  expect(seen(before, now, ['tested']).map(([id]) => id)).toEqual(['gone', 'key', 'app', 'alone', 'tested']);
});

test('the tab keeps ids and masked numbers of the first opening, and what was tested since; another person begins anew', () => {
  recordTested('early');
  expect({ ...sessionStorage }).toEqual({});
  const first = having(listed(totp.id), number('phone', '•••• 0123'), listed(key.id, { onPhone: false }));
  readMoves(first);
  recordTested(totp.id);
  const kept = readMoves(having(listed('new')));
  expect(kept).toEqual({ ...movesFrom(first), tested: [totp.id] });
  expect(Object.keys(kept.before[0]!).sort()).toEqual(['factorIds', 'id', 'kind', 'number', 'onPhone']);
  expect(JSON.stringify({ ...sessionStorage })).not.toMatch(/ada@|Lovelace/);
  const other = { ...having(listed('other')), person: '00uother' };
  expect(readMoves(other)).toEqual(movesFrom(other));
});
