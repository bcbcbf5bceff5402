import { hashKey, MutationCache, QueryClient } from '@tanstack/react-query';
import { ApiError } from '#contract/errors.ts';
import { sessionQueries } from './queries.ts';
import { sessionState } from './client/session-state.ts';

/** `closesPage`: nothing is refetched. `changes: false`: the call changes no data. */
type MutationMeta = { closesPage?: true; changes?: false };
declare module '@tanstack/react-query' {
  interface Register {
    mutationMeta: MutationMeta;
  }
}

const sessionHash = hashKey(sessionQueries.current().queryKey);

export function invalidateData(client: QueryClient, refetchType: 'active' | 'none' = 'active'): void {
  void client.invalidateQueries({ predicate: (query) => query.queryHash !== sessionHash, refetchType });
}

/** Only for browsers: the server creates a plain client for each request. */
export function makeQueryClient(): QueryClient {
  const client: QueryClient = new QueryClient({
    defaultOptions: {
      queries: {
        // The BFF has already retried where a retry helps.
        retry: (failures, error) => failures < 1 && !(error instanceof ApiError),
        retryDelay: 600,
        // By default a query waits without limit while offline; here it fails.
        networkMode: 'always',
        // `session-expiry-warning.tsx` refetches on focus, without keeping the session alive.
        refetchOnWindowFocus: false,
        refetchOnReconnect: false,
        // Polling stops when the session is over. `SessionEnded` fetches again after a sign-in.
        enabled: () => sessionState.get() === 'active',
      },
      mutations: { networkMode: 'always', gcTime: 0 },
    },
    mutationCache: new MutationCache({
      // The session is not invalidated, because `SessionExpiryWarning` refetches it.
      onSuccess: (_data, _variables, _result, { meta }) => {
        if (meta?.changes !== false) invalidateData(client, meta?.closesPage ? 'none' : 'active');
      },
    }),
  });
  return client;
}
