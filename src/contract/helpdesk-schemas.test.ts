import { expect, test } from 'vitest';
import { callerVerificationBody } from './helpdesk-schemas.ts';

test('a call back verifies a caller only if the agent says that she spoke to them', () => {
  const factorId = 'mbl00000000000000000';
  const callBack = { type: 'call-back', factorId, attest: true, choice: { factorIds: [factorId], reason: 'lost' } };
  expect(callerVerificationBody.safeParse(callBack).success).toBe(true);
  expect(callerVerificationBody.safeParse({ ...callBack, attest: false }).success).toBe(false);
});
