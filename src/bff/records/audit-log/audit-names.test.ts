import { expect, it } from 'vitest';
import { findCallerFailure } from '#contract/audit-log/audit-reasons.ts';

it('reads how a caller verification failed, and nothing from a reason that it does not know', () => {
  expect(findCallerFailure('push: rejected')).toBe('rejected');
  expect(findCallerFailure('own-session: the person did not call')).toBe('the person did not call');
  for (const reason of [null, '', 'push', 'push: from another version', 'push: toString'])
    expect(findCallerFailure(reason)).toBeNull();
});
