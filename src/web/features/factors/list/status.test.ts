// @vitest-environment node
import { expect, test } from 'vitest';
import type { Factor, Home } from '#contract/endpoints.ts';
import { sourceLocale } from '#contract/locale/locales.ts';
import { createTranslate } from '../../../i18n/translate.tsx';
import { findStatus, type Status } from './status.ts';

const ids = [
  ...([
    'question',
    'frozen',
    'code_holds',
    'code_ended',
    'replacing',
    'unfinished',
    'unusable',
    'nothing',
    'one',
  ] as const),
  ...(['phone', 'weak', 'only_weak', 'unknown', 'covered', 'covered_synced'] as const),
] satisfies Status['id'][];

const places = ['phone', 'computer', 'apart', 'unknown', undefined] as const;
const states = ['ACTIVE', 'PENDING_ACTIVATION', 'INACTIVE'] as const;

/** One method for each location, status, strength and backup that can change the result. */
const methods: Factor[] = places.flatMap((location) =>
  states.flatMap((status) =>
    ([1, 2, 3, 4] as const).flatMap((strength) =>
      ([undefined, 'synced', 'device'] as const).map((backup, index) => ({
        id: `${location}-${status}-${strength}-${index}`,
        kind: strength === 4 ? 'webauthn' : strength === 1 ? 'email' : 'totp',
        name: null,
        detail: null,
        created: null,
        lastVerified: null,
        status,
        strength,
        ...(location && { location }),
        ...(backup && { backup }),
      })),
    ),
  ),
);
const lists = [[], ...methods.map((one) => [one]), ...methods.flatMap((one) => methods.map((other) => [one, other]))];

const facts: Omit<Parameters<typeof findStatus>[0], 'factors'> = { questions: [], frozen: false, replacing: [] };
const replacing: Home['replacing'] = [{ kind: 'totp', left: true, newFactorId: null }];
const find = (factors: Factor[], more: Partial<typeof facts> = {}): Status =>
  findStatus({ ...facts, ...more, factors });

test('every combination has one status, and each status is reached', () => {
  const reached = new Set<string>();
  for (const factors of lists) reached.add(find(factors).id);
  for (const more of [
    { questions: ['q1'] },
    { frozen: true },
    { recoveryCode: 'holds' as const },
    { recoveryCode: 'ended' as const },
    { replacing },
  ])
    reached.add(find([], more).id);
  expect([...reached].toSorted()).toEqual(ids.toSorted());
});

test('what is urgent comes first, in this order', () => {
  const order = [
    ['question', { questions: ['q1'] }],
    ['frozen', { frozen: true }],
    ['code_ended', { recoveryCode: 'ended' as const }],
    ['replacing', { replacing }],
  ] as const;
  order.forEach(([id], index) => {
    const all = Object.assign({}, ...order.slice(index).map(([, more]) => more)) as Partial<typeof facts>;
    expect(find([], all).id).toBe(id);
  });
});

test('only an active method that is known to be elsewhere, and strong, covers', () => {
  for (const factors of lists) {
    const { id } = find(factors);
    const active = factors.filter(({ status }) => status === 'ACTIVE');
    const covers = active.filter(
      ({ strength, location }) => strength >= 3 && (location === 'computer' || location === 'apart'),
    );
    expect(id.startsWith('covered')).toBe(active.length > 1 && covers.length > 0);
    expect(id === 'covered').toBe(active.length > 1 && covers.some(({ backup }) => backup !== 'synced'));
  }
});

test('names the two strongest of those that cover', () => {
  const apart = methods.filter(({ location, status }) => location === 'apart' && status === 'ACTIVE');
  const found = find(apart);
  expect('methods' in found && found.methods.map(({ strength }) => strength)).toEqual([4, 4]);
});

test('unfinished, inactive and unusable methods count for nothing', () => {
  const inactive = methods.filter(({ status }) => status === 'INACTIVE');
  for (const factors of lists.filter((list) => list.some(({ status }) => status === 'ACTIVE')))
    expect(find([...factors, ...inactive])).toEqual(find(factors));
});

test('a heading has at most 60 characters', () => {
  const t = createTranslate(sourceLocale);
  for (const id of ids)
    for (const kind of ['totp', 'okta_verify', 'sms', 'call', 'email', 'question', 'webauthn', 'several', 'unknown'])
      expect(t(`factors.status.${id}`, { kind }).length, `${id} of ${kind}`).toBeLessThanOrEqual(60);
});
