import { queryOptions } from '@tanstack/react-query';
import type { QueryOf } from '#contract/endpoints.ts';
import { quietly } from '../client/quiet.ts';
import { readDesk, requestDesk } from '../client/request-desk.ts';

/** Long enough that a page just drawn by the server is not asked for again. */
const fresh = 30_000;

export type AuditFilter = Omit<QueryOf<'listAudit'>, 'before'>;

/** How often we look whether somebody answered, in milliseconds; asking costs the org nothing. */
export const approvalPause = 5_000;

export const deskQueries = {
  /** A question that is over when another is asked: then it is dropped on its way. */
  people: (q: string) =>
    queryOptions({
      queryKey: ['desk', 'people', q],
      queryFn: ({ client, signal }) => readDesk(client, 'searchPeople', {}, { query: { q }, signal }),
      staleTime: fresh,
      retry: false,
    }),
  person: (userId: string) =>
    queryOptions({
      queryKey: ['desk', 'person', userId],
      queryFn: ({ client, signal }) => readDesk(client, 'getPerson', { userId }, { signal }),
      staleTime: fresh,
    }),
  callerProof: (userId: string, id: string) =>
    queryOptions({
      queryKey: ['caller-proof', userId, id],
      // Marked as not the agent's doing: she waits for somebody else.
      queryFn: ({ signal }) => quietly(() => requestDesk('pollCallerProof', { params: { userId, id }, signal })),
      gcTime: 0,
      retry: false,
    }),
  approvals: () =>
    queryOptions({
      queryKey: ['desk', 'approvals'],
      queryFn: ({ client, signal }) => readDesk(client, 'listApprovals', {}, { signal }),
      staleTime: approvalPause,
    }),
  /** The same, asked for by a timer. */
  approvalsWatched: () =>
    queryOptions({
      ...deskQueries.approvals(),
      queryFn: ({ client, signal }) => quietly(() => readDesk(client, 'listApprovals', {}, { signal })),
    }),
  /** One page of the trail. @param before where the page before it ended */
  audit: (filter: AuditFilter, before: string | null) =>
    queryOptions({
      queryKey: ['desk', 'audit', filter, before],
      queryFn: ({ client, signal }) =>
        readDesk(client, 'listAudit', {}, { query: before === null ? filter : { ...filter, before }, signal }),
      staleTime: fresh,
    }),
};

export const askedQueries = {
  list: () =>
    queryOptions({
      queryKey: ['asked', 'list'],
      queryFn: ({ client, signal }) => readDesk(client, 'listDeskRequests', {}, { signal }),
      staleTime: 0,
    }),
  /** The same, asked for by a timer. */
  watched: () =>
    queryOptions({
      ...askedQueries.list(),
      queryFn: ({ client, signal }) => quietly(() => readDesk(client, 'listDeskRequests', {}, { signal })),
    }),
  history: () =>
    queryOptions({
      queryKey: ['asked', 'history'],
      queryFn: ({ client, signal }) => readDesk(client, 'getHistory', {}, { signal }),
      staleTime: fresh,
    }),
};
