// @vitest-environment node
import { expect, test } from 'vitest';
import type { Factor, Home } from '#contract/endpoints.ts';
import { sourceLocale } from '#contract/locale/locales.ts';
import { createTranslate } from '../../../i18n/translate.tsx';
import { autoStartOver } from '../enrollment/auto-start.ts';
import { findNextStep } from './next-step.ts';
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

const facts: Omit<Parameters<typeof findStatus>[0], 'factors'> = {
  questions: [],
  session: { frozen: false },
  replacing: [],
};
const wheres = ['here', 'elsewhere', 'nowhere'] as const;
const replaced = { kind: 'totp', factorId: 'old', left: true, newFactorId: null } as const;
const replacing: Home['replacing'] = [{ ...replaced, resumable: 'here' }];
const find = (factors: Factor[], more: Partial<typeof facts> = {}): Status =>
  findStatus({ ...facts, ...more, factors });

test('every combination has one status, and each status is reached', () => {
  const reached = new Set<string>();
  for (const factors of lists) reached.add(find(factors).id);
  for (const more of [
    { questions: ['q1'] },
    { session: { frozen: true } },
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
    ['frozen', { session: { frozen: true } }],
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

test('of what was begun, the first is what can be continued here, and then what can be continued elsewhere', () => {
  for (const one of wheres)
    for (const other of wheres) {
      const first = wheres.find((where) => where === one || where === other);
      const pending = methods.find(({ status }) => status === 'PENDING_ACTIVATION')!;
      expect(find([one, other].map((resumable) => ({ ...pending, resumable })))).toMatchObject({
        id: 'unfinished',
        begun: { resumable: first },
      });
      const open = [one, other].map((resumable) => ({ ...replaced, resumable }));
      expect(find([], { replacing: open })).toMatchObject({ id: 'replacing', begun: { resumable: first } });
    }
});

/** Each unfinished method and open replacement: old method left or not, new method begun or not. */
const begun = wheres.flatMap((resumable) => [
  ...(['totp', 'duo'] as const).map((kind) => ({ ...methods[0]!, id: 'new', kind, resumable })),
  ...[true, false].flatMap((left) =>
    [null, 'new'].map((newFactorId) => ({ ...replaced, left, newFactorId, resumable })),
  ),
]);

test('only what can be continued here says Continue; the other two start over, and say why', () => {
  const wanted = {
    here: ['method.continue', undefined, undefined],
    elsewhere: ['enroll.start_over', 'method.unfinished_elsewhere', autoStartOver],
    nowhere: ['enroll.start_over', 'factors.status.nowhere', autoStartOver],
  };
  for (const one of begun) {
    const step = findNextStep(one);
    if (one.kind === 'duo') expect(step?.text).toBe(one.resumable === 'here' ? 'method.continue' : undefined);
    else expect([step?.text, step?.about, step?.state]).toEqual(wanted[one.resumable]);
  }
});

test('leads to what was begun, or adds it again: beside an old method that is left, in its place', () => {
  for (const one of begun.filter(({ kind }) => kind === 'totp')) {
    const isNewHere = one.resumable === 'here' && ('id' in one || one.newFactorId !== null);
    const adds = 'id' in one ? '/add/totp' : one.left ? '/add/totp?replaces=old' : '/add/totp?new-phone';
    expect(findNextStep(one)?.to).toBe(isNewHere ? '/methods/new' : adds);
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
