import { useQuery, useQueryClient } from '@tanstack/react-query';
import { ownPath, type SessionView } from '#contract/endpoints.ts';
import { ApiError, type ErrorDetails } from '#contract/errors.ts';
import type { FactorKind } from '#contract/kinds.ts';
import { sessionQueries } from '../../api/queries.ts';

/**
 * A block after wrong codes: of one kind, or of all codes and answers. It ends at `retryAt` (ISO 8601), or after a
 * sign-in at Okta.
 */
export type AttemptLimit = Pick<ErrorDetails, 'closed' | 'retryAt' | 'signIn'>;

export function findAttemptLimit(error: unknown): AttemptLimit | undefined {
  if (!(error instanceof ApiError) || (error.code !== 'too_many_attempts' && error.code !== 'wrong_code'))
    return undefined;
  return (error.details.signIn ?? error.details.retryAt) === undefined ? undefined : error.details;
}

/** `limit`: the kind's block, from the cached session. `record` stores the block that an error reports there. */
export function useAttemptLimit(kind: string) {
  const client = useQueryClient();
  const { data: session } = useQuery({ ...sessionQueries.current(), enabled: false });
  const limit = session?.blocked?.find((one) => one.closed === 'all' || one.kind === kind);
  const replaceWith = (next: NonNullable<SessionView['blocked']>) =>
    client.setQueryData(
      sessionQueries.current().queryKey,
      (before) => before && { ...before, blocked: [...next, ...(before.blocked ?? []).filter((one) => one !== limit)] },
    );
  const record = (error: unknown): void => {
    const found = findAttemptLimit(error);
    if (found) replaceWith([{ kind: kind as FactorKind, closed: 'kind', ...found }]);
  };
  return { limit, record, end: () => void replaceWith([]) };
}

export function withReturnTo(href: string, here: string): string {
  const url = new URL(href, 'https://latchkey.invalid');
  url.searchParams.set('returnTo', ownPath(here));
  return url.pathname + url.search;
}
