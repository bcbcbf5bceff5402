import { expect, test } from 'vitest';
import { ApiError } from '#contract/errors.ts';
import { DatabaseGone } from '#database/errors.ts';
import { OktaError } from '#okta/wire/okta-error.ts';
import { UnrecordedOutcome } from '../errors/api-errors.ts';
import { createOutages, failedDependency } from './outages.ts';

const okta = new OktaError('unavailable', 'GET /api/v1/users/{userId}: no connection');

test('an outage is a line when it begins, one a minute, and one when it is over', () => {
  let now = 0;
  const lines: object[] = [];
  const outages = createOutages({ warn: (told: object) => void lines.push(told) } as never, { now: () => now });
  for (let second = 0; second < 150; second += 1) {
    now = second * 1000;
    for (let n = 0; n < 7; n += 1) outages.failed('okta', new ApiError('org_unavailable', {}, { cause: okta }), true);
    if (second % 5 === 0) outages.failed('okta', okta, false);
  }
  // A single passed check between failures does not end the outage.
  outages.passed('okta');
  outages.failed('okta', okta, true);
  outages.passed('okta');
  now = 160_000;
  outages.passed('okta');
  outages.passed('okta');
  expect(lines).toEqual([
    { dependency: 'okta', reason: 'GET /api/v1/users/{userId}: no connection' },
    { dependency: 'okta', refused: 421, seconds: 60 },
    { dependency: 'okta', refused: 420, seconds: 120 },
    { dependency: 'okta', refused: 1051, seconds: 160 },
  ]);
});

test.each([
  ['a database that is gone', new DatabaseGone(), 'store'],
  ['a request without it', new ApiError('store_unavailable', {}, { cause: new DatabaseGone() }), 'store'],
  ['Okta away', okta, 'okta'],
  ['Okta late', new ApiError('org_timeout', {}, { cause: new OktaError('timeout', 'late') }), 'okta'],
  ['Okta’s own fault', new OktaError('api', '503', { status: 503 }), 'okta'],
  [
    'a call that Okta refused',
    new ApiError('org_error', {}, { cause: new OktaError('api', '403', { status: 403 }) }),
    null,
  ],
  ['no sign-in at Okta', new ApiError('org_unavailable', {}, { cause: new Error('no keys') }), 'okta'],
  ['an outcome that was not recorded', new UnrecordedOutcome(new DatabaseGone()), null],
  ['a fault of ours', new TypeError('x is undefined'), null],
])('%s', (_title, error, dependency) => {
  expect(failedDependency(error)).toBe(dependency);
});
