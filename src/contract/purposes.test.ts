import fc from 'fast-check';
import { expect, it } from 'vitest';
import { factorKinds } from './kinds.ts';
import { isPurpose, MOST_REMOVALS, parsePurpose, printPurpose, splitPurpose, type Purpose } from './purposes.ts';

const letters = (alphabet: string, minLength: number, maxLength = minLength) =>
  fc.string({ unit: fc.constantFrom(...alphabet), minLength, maxLength });
const alnum = 'ABCXYZabcxyz0189';
const oktaId = letters(alnum, 20);
const kind = fc.constantFrom(...factorKinds);
const byName: { [N in Purpose['name']]: fc.Arbitrary<Extract<Purpose, { name: N }> | Purpose> } = {
  sessions: fc.constant({ name: 'sessions' as const }),
  'caller-verification': fc.constant({ name: 'caller-verification' as const }),
  'audit-log': fc.constant({ name: 'audit-log' as const }),
  enroll: kind.map((one) => ({ name: 'enroll' as const, kind: one })),
  codes: fc.option(kind).map((one) => ({ name: 'codes' as const, kind: one })),
  remove: fc
    .uniqueArray(oktaId, { minLength: 1, maxLength: MOST_REMOVALS })
    .map((factorIds) => ({ name: 'remove' as const, factorIds })),
  replace: oktaId.map((factorId) => ({ name: 'replace' as const, factorId })),
  helpdesk: oktaId.map((userId) => ({ name: 'helpdesk' as const, userId })),
  approve: letters(`${alnum}_-`, 8, 64).map((approvalId) => ({ name: 'approve' as const, approvalId })),
  'recovery-code': letters(`${alnum}_-`, 8, 64).map((approvalId) => ({ name: 'recovery-code' as const, approvalId })),
};
const ids = (count: number) => Array.from({ length: count }, (_, index) => String(index).padStart(20, 'A'));
const purposes = fc.oneof(...Object.values(byName));

it('parses what it prints', () => {
  fc.assert(
    fc.property(purposes, (purpose) => {
      expect(parsePurpose(printPurpose(purpose))).toEqual(purpose);
    }),
  );
});

it('accepts no text that it would not print', () => {
  const names = fc.constantFrom(...Object.keys(byName), 'toString', '__proto__', 'session', 'enrol', '');
  const part = fc.oneof(oktaId, kind, letters(`${alnum}_-:%. \n`, 0, 70), fc.string());
  const almost = fc.tuple(names, fc.array(part, { maxLength: 3 })).map(([name, parts]) => [name, ...parts].join(':'));
  const longer = fc.tuple(purposes, fc.string({ minLength: 1 })).map(([one, more]) => printPurpose(one) + more);
  fc.assert(
    fc.property(fc.oneof(fc.string(), almost, longer), (text) => {
      const purpose = parsePurpose(text);
      if (purpose) expect(printPurpose(purpose)).toBe(text);
    }),
    { numRuns: 2000 },
  );
});

it.each([
  'sessions:',
  'sessions:all',
  'session',
  'enroll',
  'enroll:',
  'enroll:telepathy',
  'remove:short',
  'remove:AAAAAAAAAAAAAAAAAAAA:more',
  'remove:AAAAAAAAAAAAAAAAAAAA,',
  'remove:AAAAAAAAAAAAAAAAAAAA,AAAAAAAAAAAAAAAAAAAA',
  'replace:AAAAAAAAAAAAAAAAAAAA,BBBBBBBBBBBBBBBBBBBB',
  `remove:${ids(MOST_REMOVALS + 1).join(',')}`,
  'drop:AAAAAAAAAAAAAAAAAAAA',
  'SESSIONS',
  ' sessions',
  'sessions\n',
])('refuses %j', (text) => expect(isPurpose(text)).toBe(false));

it('splits into purposes of one removal each, and leaves every other purpose whole', () => {
  const most = ids(MOST_REMOVALS);
  expect(splitPurpose(`remove:${most.join(',')}`)).toEqual(most.map((id) => `remove:${id}`));
  expect(splitPurpose('enroll:totp')).toEqual(['enroll:totp']);
});
