import { queryOptions } from '@tanstack/react-query';
import { callerOf } from './caller.ts';

/** Long enough that a page just drawn by the server is not asked for again, short enough for a second tab. */
const fresh = 30_000;

export const sessionQueries = {
  current: () =>
    queryOptions({
      queryKey: ['session', 'current'],
      queryFn: ({ client, signal }) => callerOf(client)('getSession', {}, signal),
      staleTime: fresh,
    }),
  list: () =>
    queryOptions({
      queryKey: ['session', 'list'],
      queryFn: ({ client, signal }) => callerOf(client)('listSessions', {}, signal),
      staleTime: fresh,
    }),
};

export const homeQueries = {
  page: () =>
    queryOptions({
      queryKey: ['factors', 'home'],
      queryFn: async ({ client, signal }) => {
        const home = await callerOf(client)('getHome', {}, signal);
        // It brings the session along, so that the first page asks once.
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
      queryFn: ({ client, signal }) => callerOf(client)('listFactors', {}, signal),
      staleTime: fresh,
    }),
  catalog: () =>
    queryOptions({
      queryKey: ['factors', 'catalog'],
      queryFn: ({ client, signal }) => callerOf(client)('listSupportedFactors', {}, signal),
      staleTime: fresh,
    }),
  questions: () =>
    queryOptions({
      queryKey: ['questions'],
      queryFn: ({ client, signal }) => callerOf(client)('listSecurityQuestions', {}, signal),
      staleTime: Number.POSITIVE_INFINITY,
    }),
  detail: (factorId: string) =>
    queryOptions({
      queryKey: ['factors', 'detail', factorId],
      queryFn: ({ client, signal }) => callerOf(client)('getFactor', { factorId }, signal),
      staleTime: fresh,
    }),
};
