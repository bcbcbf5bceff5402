import { expect, it } from 'vitest';
import { findCallerFailure, freeText, hasReason } from '#contract/audit-log/audit-reasons.ts';
import type { AuditDetails, AuditRow, Outcome } from './audit-log.ts';

it('compiles with known events and reasons only', () => {
  const row = { event: 'user.mfa.factor.activate', reason: 'by phone' } as Pick<AuditRow, 'event' | 'reason'>;
  // @ts-expect-error a misspelled event in a new row
  const details: AuditDetails = { event: 'user.mfa.factor.activte', subject: null };
  // @ts-expect-error a misspelled event in a comparison
  expect(row.event === 'user.mfa.factor.activte').toBe(false);
  // @ts-expect-error a misspelled reason
  const misspelled: Outcome = { outcome: 'failure', reason: 'by fone' };
  // @ts-expect-error a misspelled reason of an intent
  const intent: Pick<AuditDetails, 'why'> = { why: 'replacd' };
  // @ts-expect-error a misspelled failure of a caller verification
  const caller: Outcome = { outcome: 'failure', reason: 'push: rejectd' };
  // @ts-expect-error a text that is not marked as free text
  const unmarked: Outcome = { outcome: 'failure', reason: String(row.reason) };
  // @ts-expect-error a misspelled reason in a comparison
  expect(hasReason(row, 'by fone')).toBe(false);
  expect(hasReason(row, 'by phone')).toBe(true);
  const free: Outcome = { outcome: 'failure', reason: freeText('what a person typed') };
  expect([details, misspelled, intent, caller, unmarked, free]).toHaveLength(6);
});

it('reads how a caller verification failed, and nothing from a reason that it does not know', () => {
  expect(findCallerFailure('push: rejected')).toBe('rejected');
  expect(findCallerFailure('own-session: the person did not call')).toBe('the person did not call');
  for (const reason of [null, '', 'push', 'push: from another version', 'push: toString'])
    expect(findCallerFailure(reason)).toBeNull();
});
