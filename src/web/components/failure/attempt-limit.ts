import { ApiError } from '#contract/errors.ts';
import { ownPath } from '../own-path.ts';

/**
 * What wrong codes have closed: one kind, or all codes and answers. Until a moment (ISO 8601), or until a sign-in at
 * Okta, which `signIn` begins.
 */
export type AttemptLimit = { what: 'all' | 'kind' } & ({ retryAt: string } | { signIn: string });

/** What is closed, if `error` says that something is. */
export function attemptLimitOf(error: unknown): AttemptLimit | undefined {
  if (!(error instanceof ApiError) || (error.code !== 'too_many_attempts' && error.code !== 'wrong_code'))
    return undefined;
  const { closed: what = 'kind', retryAt, signIn } = error.details;
  if (signIn !== undefined) return { what, signIn };
  return retryAt === undefined ? undefined : { what, retryAt };
}

/** An address that leads to Okta, told to lead back to this page. */
export function withReturnTo(href: string, here: string): string {
  const url = new URL(href, 'https://latchkey.invalid');
  url.searchParams.set('returnTo', ownPath(here));
  return url.pathname + url.search;
}
