import { expect, test } from 'vitest';
import { ApiError } from '#contract/errors.ts';
import { OktaError } from '#okta/wire/okta-error.ts';
import { TooMany } from '../limit.ts';
import { failureReason } from './failure-reason.ts';

const busy = (cause?: unknown) => new ApiError('busy', {}, { cause });

test.each([
  ['Okta’s limit', busy(new OktaError('throttled', 'GET /a', { limitScope: 'org' })), 'org_rate_limit'],
  ['a person’s share', busy(new OktaError('throttled', 'GET /a', { limitScope: 'caller' })), 'person_share'],
  ['a flood', new TooMany({ until: 1, beyond: 1 }), 'flood'],
  ['Okta’s limit on one person’s codes', busy(new OktaError('api', 'POST /a', { status: 429 })), 'other'],
  ['a change of the same person', busy(), 'other'],
  ['the store', new ApiError('store_unavailable'), 'store'],
  ['Okta', new ApiError('org_unavailable'), 'org'],
  ['Okta, late', new ApiError('org_timeout'), 'org'],
  ['a fault of ours', new ApiError('internal'), null],
  ['a refusal', new ApiError('last_factor'), null],
])('%s', (_title, error, reason) => {
  expect(failureReason(error, error instanceof TooMany)).toBe(reason);
});
