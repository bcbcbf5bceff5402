import fc from 'fast-check';
import { expect, test } from 'vitest';
import { joinReason, splitReason } from './reason-parts.ts';

const split = (event: string, reason: string | null, outcome: 'success' | 'failure' | null = 'success') =>
  Object.values(splitReason({ event, outcome, reason }));

test.each([
  ['user.mfa.factor.reset', 'lost', [null, 'lost', null, null]],
  ['user.mfa.factor.reset', 'lost: in a lake: deep', [null, 'lost', 'in a lake: deep', null]],
  ['user.mfa.factor.reset', 'lost; reconciled: 1 of 2', [null, 'lost', null, 'reconciled: 1 of 2']],
  ['user.account.unlock', 'locked-out: a; b; reconciled', [null, 'locked-out', 'a; b', 'reconciled']],
  [
    'helpdesk.approval.request',
    'lost: in (a: train) (reset: privileged, call_back)',
    [null, 'lost', 'in (a: train)', 'reset: privileged, call_back'],
  ],
  ['helpdesk.approval.deny', 'attack: she asked for a code', ['deny', 'attack', 'she asked for a code', null]],
  ['helpdesk.approval.deny', 'not_needed', ['deny', 'not_needed', null, null]],
  ['helpdesk.approval.approve', 'attack', ['approve', null, 'attack', null]],
  ['helpdesk.approval.approve', null, ['approve', null, null, null]],
  // An error's code is not a note. A text from an older version is a note.
  ['user.mfa.factor.reset', 'E0000038', [null, 'E0000038', null, null]],
  ['user.mfa.factor.reset', 'She lost it', [null, null, 'She lost it', null]],
  // Only the portal writes the reasons of other events, even if they look the same.
  ['helpdesk.call.report', 'lost: x', [null, 'lost: x', null, null]],
  ['helpdesk.refused', 'resetMethods: forbidden', [null, 'resetMethods: forbidden', null, null]],
])('%s with %j', (event, reason, parts) => {
  expect(split(event, reason)).toEqual(parts);
});

test('an approval that failed has the error’s code as its reason', () => {
  expect(split('helpdesk.approval.approve', 'conflict', 'failure')).toEqual(['approve', 'conflict', null, null]);
});

test('no text is lost: the parts make the row’s reason again', () => {
  const events = ['user.mfa.factor.reset', 'helpdesk.approval.request', 'helpdesk.approval.deny', 'access.refused'];
  const piece = fc.constantFrom('lost', 'attack', ': ', '; ', 'reconciled', ' (reset: privileged)', ')', 'a\nb', ' ');
  const text = fc.array(piece, { maxLength: 8 }).map((pieces) => pieces.join(''));
  const row = fc.record({ event: fc.constantFrom(...events, 'helpdesk.approval.approve'), reason: fc.option(text) });
  fc.assert(
    fc.property(row, fc.constantFrom('success', 'failure', null), ({ event, reason }, outcome) => {
      expect(joinReason(event, splitReason({ event, outcome, reason }))).toBe(reason);
    }),
  );
});
