import { queryOptions } from '@tanstack/react-query';
import type { QueryOf } from '#contract/endpoints.ts';
import { inBackground } from './background.ts';
import { readHelpdesk, requestHelpdesk } from './request-helpdesk.ts';

/** Milliseconds. A page does not refetch what the server just rendered. */
const fresh = 30_000;

export type AuditFilter = Omit<QueryOf<'listAuditLog'>, 'before'>;

/** Milliseconds between polls for an approver's answer. They cause no call to Okta. */
export const approvalPause = 5_000;

export const helpdeskQueries = {
  /** A new search aborts the one before. */
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
      // Runs in the background: the agent waits for the caller and does nothing herself.
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
  /** The same query for a timer, in the background. */
  approvalsWatched: () =>
    queryOptions({
      ...helpdeskQueries.approvals(),
      queryFn: ({ client, signal }) => inBackground(() => readHelpdesk(client, 'listApprovals', {}, { signal })),
    }),
  /**
   * One page of the audit log.
   * @param before the `next` of the page before
   */
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
  /** The same query for a timer, in the background. */
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
