import { ownPath } from '#contract/endpoints.ts';
import { ApiError } from '#contract/errors.ts';

/**
 * A block after wrong codes: of one kind, or of all codes and answers. It ends at `retryAt` (ISO 8601), or after a
 * sign-in at Okta.
 */
export type AttemptLimit = { what: 'all' | 'kind' } & ({ retryAt: string } | { signIn: string });

export function findAttemptLimit(error: unknown): AttemptLimit | undefined {
  if (!(error instanceof ApiError) || (error.code !== 'too_many_attempts' && error.code !== 'wrong_code'))
    return undefined;
  const { closed: what = 'kind', retryAt, signIn } = error.details;
  if (signIn !== undefined) return { what, signIn };
  return retryAt === undefined ? undefined : { what, retryAt };
}

export function withReturnTo(href: string, here: string): string {
  const url = new URL(href, 'https://latchkey.invalid');
  url.searchParams.set('returnTo', ownPath(here));
  return url.pathname + url.search;
}
