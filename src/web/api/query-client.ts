import { hashKey, MutationCache, QueryClient } from '@tanstack/react-query';
import { ApiError } from '#contract/errors.ts';
import { sessionQueries } from './queries.ts';
import { sessionState } from './client/session-state.ts';

/** `closesPage`: the change closes the page, so nothing is refetched. `changes: false`: the call changes no data. */
type MutationMeta = { closesPage?: true; changes?: false };
declare module '@tanstack/react-query' {
  interface Register {
    mutationMeta: MutationMeta;
  }
}

const sessionHash = hashKey(sessionQueries.current().queryKey);

/** Invalidates all fetched data except the session. `active` also refetches the data on the screen at once. */
export function invalidateData(client: QueryClient, refetchType: 'active' | 'none' = 'active'): void {
  void client.invalidateQueries({ predicate: (query) => query.queryHash !== sessionHash, refetchType });
}

/** Creates a browser's query client. The server creates a plain client for each request. */
export function makeQueryClient(): QueryClient {
  const client: QueryClient = new QueryClient({
    defaultOptions: {
      queries: {
        // The BFF has already retried where a retry helps, so its answer is final.
        retry: (failures, error) => failures < 1 && !(error instanceof ApiError),
        retryDelay: 600,
        // By default a query waits without limit while offline; here it fails.
        networkMode: 'always',
        // `session-expiry-warning.tsx` refetches on focus, with calls that do not keep the session alive.
        refetchOnWindowFocus: false,
        refetchOnReconnect: false,
        // Polling stops when the session is over. `SessionEnded` fetches again after a sign-in.
        enabled: () => sessionState.get() === 'active',
      },
      mutations: { networkMode: 'always', gcTime: 0 },
    },
    mutationCache: new MutationCache({
      // Every change invalidates all data except the session, which `SessionExpiryWarning` refetches.
      onSuccess: (_data, _variables, _result, { meta }) => {
        if (meta?.changes !== false) invalidateData(client, meta?.closesPage ? 'none' : 'active');
      },
    }),
  });
  return client;
}
