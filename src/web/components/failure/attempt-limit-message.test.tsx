import { cleanup, screen } from '@testing-library/react';
import { expect, it } from 'vitest';
import { ApiError, type ErrorDetails } from '#contract/errors.ts';
import { now } from '../../api/client/clock.ts';
import { mountScreen } from '../../testing/screen.tsx';
import { findAttemptLimit } from './attempt-limit.ts';
import { Failure } from './failure.tsx';

const tooMany = (details: ErrorDetails) => new ApiError('too_many_attempts', details);
const shown = async (error: unknown): Promise<string> => {
  mountScreen(<Failure error={error} />);
  return (await screen.findByRole('alert')).textContent;
};
const inHours = (hours: number): string => new Date(now() + hours * 3_600_000).toISOString();

it('counts down to a near time, and names the day of a far one', async () => {
  expect(await shown(tooMany({ closed: 'kind', retryAt: inHours(0.05) }))).toMatch(/You can try again in \d:\d\d\./);
  cleanup();
  expect(await shown(tooMany({ closed: 'kind', retryAt: inHours(20) }))).toMatch(
    /You can use it again on \d{1,2} \w+ \d{4} at \d\d:\d\d/,
  );
  expect(screen.queryByRole('link')).toBeNull();
});

it.each([
  ['all', 'codes', /you can’t use codes or answers until you sign in at Okta again/],
  ['kind', 'codes:totp', /until you sign in at Okta with a second method/],
] as const)('links to a sign-in at Okta and back where waiting does not unblock %s', async (closed, purpose, words) => {
  expect(
    await shown(tooMany({ closed, signIn: `/auth/step-up?purpose=${encodeURIComponent(purpose)}&returnTo=%2F` })),
  ).toMatch(words);
  const link = new URL(
    screen.getByRole('link', { name: 'Sign in at Okta again' }).getAttribute('href')!,
    'https://x.example',
  );
  expect([link.pathname, link.searchParams.get('purpose')]).toEqual(['/auth/step-up', purpose]);
  expect(link.searchParams.get('returnTo')).toMatch(/^\//);
});

it('ignores every other error', () => {
  expect([
    findAttemptLimit(new Error('x')),
    findAttemptLimit(new ApiError('busy', { retryAt: inHours(1) })),
    findAttemptLimit(new ApiError('wrong_code', { triesLeft: 1 })),
  ]).toEqual([undefined, undefined, undefined]);
});
