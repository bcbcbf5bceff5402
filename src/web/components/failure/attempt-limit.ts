import { ownPath } from '#contract/endpoints.ts';
import { ApiError } from '#contract/errors.ts';

/**
 * What is blocked after wrong codes: one kind, or all codes and answers. Until a time (ISO 8601), or until a sign-in at
 * Okta, which `signIn` starts.
 */
export type AttemptLimit = { what: 'all' | 'kind' } & ({ retryAt: string } | { signIn: string });

/** The block, if `error` reports one. */
export function findAttemptLimit(error: unknown): AttemptLimit | undefined {
  if (!(error instanceof ApiError) || (error.code !== 'too_many_attempts' && error.code !== 'wrong_code'))
    return undefined;
  const { closed: what = 'kind', retryAt, signIn } = error.details;
  if (signIn !== undefined) return { what, signIn };
  return retryAt === undefined ? undefined : { what, retryAt };
}

/** Adds this page as the return address of a link to Okta. */
export function withReturnTo(href: string, here: string): string {
  const url = new URL(href, 'https://latchkey.invalid');
  url.searchParams.set('returnTo', ownPath(here));
  return url.pathname + url.search;
}
