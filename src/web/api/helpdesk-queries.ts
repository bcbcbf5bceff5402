import { queryOptions, useQuery, type QueryKey } from '@tanstack/react-query';
import { ApiError } from '#contract/errors.ts';
import type { EndpointParams, EndpointQuery } from '#contract/endpoints.ts';
import type { HelpdeskEndpointName, HelpdeskPerson, PlanBody } from '#contract/helpdesk.ts';
import { inBackground } from './client/background.ts';
import { readHelpdesk, requestHelpdesk } from './client/request-helpdesk.ts';
import { fresh, sessionQueries } from './queries.ts';

export type AuditFilter = Omit<EndpointQuery<'listAuditLog'>, 'before'>;

/** In ms. A poll causes no call to Okta. */
export const approvalPause = 5_000;

/** `background`: a timer sends the call, so the call does not keep the session alive. */
export const helpdeskQuery = <N extends HelpdeskEndpointName>(
  queryKey: QueryKey,
  name: N,
  params: EndpointParams<N>,
  { query, staleTime = fresh, background }: { query?: EndpointQuery<N>; staleTime?: number; background?: boolean } = {},
) =>
  queryOptions({
    queryKey,
    queryFn: ({ client, signal }) => {
      const call = () => readHelpdesk(client, name, params, { query, signal });
      return background ? inBackground(call) : call();
    },
    staleTime,
  });

const approvals = (background = false) =>
  helpdeskQuery(['helpdesk', 'approvals'], 'listApprovals', {}, { staleTime: approvalPause, background });
export const helpdeskQueries = {
  ownStepUp: () => helpdeskQuery(['helpdesk', 'own-step-up'], 'getOwnStepUp', {}),
  people: (q: string) => ({
    ...helpdeskQuery(['helpdesk', 'people', q], 'searchPeople', {}, { query: { q } }),
    retry: false,
  }),
  /** A repeated read sends the token of the previous answer, so that the audit log counts both reads as one. */
  person: (userId: string) =>
    queryOptions({
      queryKey: ['helpdesk', 'person', userId],
      queryFn: ({ client, signal, queryKey }) => {
        const token = client.getQueryData<HelpdeskPerson>(queryKey)?.watch.token;
        return readHelpdesk(client, 'getPerson', { userId }, { query: token === undefined ? {} : { token }, signal });
      },
      staleTime: fresh,
    }),
  /** Refetched together with the person. `key`: the parts of `body` that change the plan, except the typed texts. */
  plan: (userId: string, key: readonly unknown[], body: PlanBody) =>
    queryOptions({
      queryKey: ['helpdesk', 'person', userId, 'plan', key, body.ticket, body.note],
      queryFn: ({ signal }) => requestHelpdesk('planOperation', { params: { userId }, body, signal }),
      gcTime: 0,
      retry: false,
    }),
  watchedPerson: (userId: string, token: string) => ({
    ...helpdeskQuery(
      ['helpdesk', 'watched-person', userId, token],
      'watchPerson',
      { userId },
      { query: { token }, staleTime: 0, background: true },
    ),
    refetchOnWindowFocus: 'always' as const,
    gcTime: 0,
  }),
  /** In the background, because an agent who waits for the caller must not keep the session alive. */
  callerVerification: (userId: string, id: string) => ({
    ...helpdeskQuery(
      ['helpdesk-caller-verification', userId, id],
      'pollCallerVerification',
      { userId, id },
      { staleTime: 0, background: true },
    ),
    gcTime: 0,
    retry: false,
  }),
  requestsWatched: () =>
    helpdeskQuery(['helpdesk', 'requests'], 'listRequests', {}, { staleTime: approvalPause, background: true }),
  request: (id: string) =>
    queryOptions({
      queryKey: ['helpdesk', 'request', id],
      queryFn: async ({ client, signal }) => {
        const { requests } = await inBackground(() => readHelpdesk(client, 'listRequests', {}, { signal }));
        const found = requests.find((one) => one.id === id);
        if (!found) throw new ApiError('not_found');
        return found;
      },
      staleTime: approvalPause,
    }),
  approvals: () => approvals(),
  /** Polled by a timer in the background. */
  approvalsWatched: () => approvals(true),
  /** With the token of an earlier answer, the audit log counts both reads as one. */
  audit: ({ token, ...filter }: AuditFilter, before: string | null) =>
    helpdeskQuery(
      ['helpdesk', 'audit', filter, before],
      'listAuditLog',
      {},
      { query: { ...filter, ...(token && { token }), ...(before && { before }) } },
    ),
};

/** The value `other` for messages. `yes`: the text says “another approver”, because the reader is an approver. */
export function useOtherApprover(): { other: 'yes' | 'no' } {
  const { data } = useQuery(sessionQueries.current());
  return { other: data?.helpdesk === 'approver' ? 'yes' : 'no' };
}
