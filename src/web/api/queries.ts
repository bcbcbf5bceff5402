import { queryOptions } from '@tanstack/react-query';
import { callEndpointOf } from './client/call-endpoint.ts';

/** Milliseconds. A page does not refetch what the server just rendered, but sees a second tab's changes soon. */
const fresh = 30_000;

export const sessionQueries = {
  current: () =>
    queryOptions({
      queryKey: ['session', 'current'],
      queryFn: ({ client, signal }) => callEndpointOf(client)('getSession', {}, signal),
      staleTime: fresh,
    }),
  list: () =>
    queryOptions({
      queryKey: ['session', 'list'],
      queryFn: ({ client, signal }) => callEndpointOf(client)('listSessions', {}, signal),
      staleTime: fresh,
    }),
};

export const homeQueries = {
  page: () =>
    queryOptions({
      queryKey: ['factors', 'home'],
      queryFn: async ({ client, signal }) => {
        const home = await callEndpointOf(client)('getHome', {}, signal);
        // The answer contains the session, so the first page needs one call.
        client.setQueryData(sessionQueries.current().queryKey, home.session);
        return home;
      },
      staleTime: fresh,
    }),
};

export const factorQueries = {
  list: () =>
    queryOptions({
      queryKey: ['factors', 'list'],
      queryFn: ({ client, signal }) => callEndpointOf(client)('listFactors', {}, signal),
      staleTime: fresh,
    }),
  catalog: () =>
    queryOptions({
      queryKey: ['factors', 'catalog'],
      queryFn: ({ client, signal }) => callEndpointOf(client)('listSupportedFactors', {}, signal),
      staleTime: fresh,
    }),
  questions: () =>
    queryOptions({
      queryKey: ['questions'],
      queryFn: ({ client, signal }) => callEndpointOf(client)('listSecurityQuestions', {}, signal),
      staleTime: Number.POSITIVE_INFINITY,
    }),
  detail: (factorId: string) =>
    queryOptions({
      queryKey: ['factors', 'detail', factorId],
      queryFn: ({ client, signal }) => callEndpointOf(client)('getFactor', { factorId }, signal),
      staleTime: fresh,
    }),
};
