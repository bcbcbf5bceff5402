import { expect, test } from 'vitest';
import { splitReason } from './audit-log/reason-parts.ts';
import { callerVerificationBody, unlockBody } from './helpdesk-schemas.ts';

test('a call back verifies a caller only if the agent says that she spoke to them', () => {
  const factorId = 'mbl00000000000000000';
  const callBack = { type: 'call-back', factorId, attest: true, choice: { factorIds: [factorId], reason: 'lost' } };
  expect(callerVerificationBody.safeParse(callBack).success).toBe(true);
  expect(callerVerificationBody.safeParse({ ...callBack, attest: false }).success).toBe(false);
});

test.each([
  ['asked twice; reconciled', false],
  ['; reconciled: 9 of 9', false],
  ['asked twice; reconciled: 9 of 9 ', false],
  ['asked twice; reconciled: 9 of 9.', true],
  ['reconciled with Ada', true],
  ['approve: a (reset: privileged)', true],
])('a note that the log could not tell from the portal’s addition is refused: %j', (note, accepted) => {
  expect(unlockBody.safeParse({ note }).success).toBe(accepted);
  const row = { event: 'user.account.unlock', outcome: 'success', reason: `locked-out: ${note.trim()}` };
  expect(splitReason(row).detail === null).toBe(accepted);
});
