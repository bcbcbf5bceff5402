import { hashKey, MutationCache, QueryCache, QueryClient } from '@tanstack/react-query';
import { ApiError } from '#contract/errors.ts';
import { sessionQueries } from './queries.ts';
import { sessionState } from './client/session-state.ts';

const sessionHash = hashKey(sessionQueries.current().queryKey);

const noteSignedOut = (error: Error): void => {
  if (error instanceof ApiError && error.code === 'signed_out') sessionState.set('ended');
};

/** Something changed: all that was fetched is out of date. `active`: what is on the screen is fetched again at once. */
export function noteChange(client: QueryClient, refetchType: 'active' | 'none' = 'active'): void {
  void client.invalidateQueries({ predicate: (query) => query.queryHash !== sessionHash, refetchType });
}

/** A browser's query client. The server makes plain ones, one a request. */
export function makeQueryClient(): QueryClient {
  const client: QueryClient = new QueryClient({
    defaultOptions: {
      queries: {
        // The BFF has tried again where that helps; what it says stands.
        retry: (failures, error) => failures < 1 && !(error instanceof ApiError),
        retryDelay: 600,
        // Offline is an answer; the default would wait for ever.
        networkMode: 'always',
        // Done by hand, marked as not the person's doing: see `session-watch.tsx`.
        refetchOnWindowFocus: false,
        refetchOnReconnect: false,
      },
      mutations: { networkMode: 'always', gcTime: 0 },
    },
    queryCache: new QueryCache({ onError: noteSignedOut }),
    mutationCache: new MutationCache({
      // The one rule: after a change, what is on the screen is fetched again, and the rest when it is next looked at.
      // An act that leaves its page (`meta.leaves`) fetches nothing there. The session is no part of it: it is watched
      // by its own clock. What only sends something (`meta.changes` false) leaves all as it was.
      onSuccess: (_data, _variables, _result, { meta }) => {
        if (meta?.['changes'] !== false) noteChange(client, meta?.['leaves'] ? 'none' : 'active');
      },
      onError: noteSignedOut,
    }),
  });
  return client;
}
