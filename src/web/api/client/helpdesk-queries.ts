import { queryOptions } from '@tanstack/react-query';
import type { QueryOf } from '#contract/endpoints.ts';
import { inBackground } from './background.ts';
import { readHelpdesk, requestHelpdesk } from './request-helpdesk.ts';

/** Long enough that a page just drawn by the server is not asked for again. */
const fresh = 30_000;

export type AuditFilter = Omit<QueryOf<'listAuditLog'>, 'before'>;

/** How often we look whether somebody answered, in milliseconds; asking costs the org nothing. */
export const approvalPause = 5_000;

export const helpdeskQueries = {
  /** A question that is over when another is asked: then it is dropped on its way. */
  people: (q: string) =>
    queryOptions({
      queryKey: ['helpdesk', 'people', q],
      queryFn: ({ client, signal }) => readHelpdesk(client, 'searchPeople', {}, { query: { q }, signal }),
      staleTime: fresh,
      retry: false,
    }),
  person: (userId: string) =>
    queryOptions({
      queryKey: ['helpdesk', 'person', userId],
      queryFn: ({ client, signal }) => readHelpdesk(client, 'getPerson', { userId }, { signal }),
      staleTime: fresh,
    }),
  callerVerification: (userId: string, id: string) =>
    queryOptions({
      queryKey: ['helpdesk-caller-verification', userId, id],
      // Marked as not the agent's doing: she waits for somebody else.
      queryFn: ({ signal }) =>
        inBackground(() => requestHelpdesk('pollCallerVerification', { params: { userId, id }, signal })),
      gcTime: 0,
      retry: false,
    }),
  approvals: () =>
    queryOptions({
      queryKey: ['helpdesk', 'approvals'],
      queryFn: ({ client, signal }) => readHelpdesk(client, 'listApprovals', {}, { signal }),
      staleTime: approvalPause,
    }),
  /** The same, asked for by a timer. */
  approvalsWatched: () =>
    queryOptions({
      ...helpdeskQueries.approvals(),
      queryFn: ({ client, signal }) => inBackground(() => readHelpdesk(client, 'listApprovals', {}, { signal })),
    }),
  /** One page of the audit log. @param before where the page before it ended */
  audit: (filter: AuditFilter, before: string | null) =>
    queryOptions({
      queryKey: ['helpdesk', 'audit', filter, before],
      queryFn: ({ client, signal }) =>
        readHelpdesk(client, 'listAuditLog', {}, { query: before === null ? filter : { ...filter, before }, signal }),
      staleTime: fresh,
    }),
};

export const callerVerificationQueries = {
  list: () =>
    queryOptions({
      queryKey: ['caller-verification', 'pending'],
      queryFn: ({ client, signal }) => readHelpdesk(client, 'listCallerVerifications', {}, { signal }),
      staleTime: 0,
    }),
  /** The same, asked for by a timer. */
  watched: () =>
    queryOptions({
      ...callerVerificationQueries.list(),
      queryFn: ({ client, signal }) =>
        inBackground(() => readHelpdesk(client, 'listCallerVerifications', {}, { signal })),
    }),
};

export const securityHistoryQueries = {
  list: () =>
    queryOptions({
      queryKey: ['security-history', 'list'],
      queryFn: ({ client, signal }) => readHelpdesk(client, 'getSecurityHistory', {}, { signal }),
      staleTime: fresh,
    }),
};
