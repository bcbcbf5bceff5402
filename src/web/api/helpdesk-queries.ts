import { queryOptions, useQuery, type QueryKey } from '@tanstack/react-query';
import { ApiError } from '#contract/errors.ts';
import type { EndpointParams, EndpointQuery } from '#contract/endpoints.ts';
import type { HelpdeskEndpointName, HelpdeskPerson, PlanBody } from '#contract/helpdesk.ts';
import { inBackground } from './client/background.ts';
import { readHelpdesk, requestHelpdesk } from './client/request-helpdesk.ts';
import { sessionQueries } from './queries.ts';

/** How long a fetched answer counts as fresh, in ms. A page does not refetch what the server has just rendered. */
const fresh = 30_000;

export type AuditFilter = Omit<EndpointQuery<'listAuditLog'>, 'before'>;

/** Milliseconds between polls for an approver's answer. A poll causes no call to Okta. */
export const approvalPause = 5_000;

/** Options of a query. `background`: a timer sends the call, so the call does not keep the session alive. */
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
  /** The step-up that this staff member must do. */
  ownStepUp: () => helpdeskQuery(['helpdesk', 'own-step-up'], 'getOwnStepUp', {}),
  /** A new search aborts the previous search. */
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
  /**
   * What an operation would change for the person, and what the agent's request for it still lacks. Refetched together
   * with the person.
   * @param key the parts of `body` that change the plan, except the typed texts
   */
  plan: (userId: string, key: readonly unknown[], body: PlanBody) =>
    queryOptions({
      queryKey: ['helpdesk', 'person', userId, 'plan', key, body.ticket, body.note],
      queryFn: ({ signal }) => requestHelpdesk('planOperation', { params: { userId }, body, signal }),
      gcTime: 0,
      retry: false,
    }),
  /** Whether the person has changed. Polled in the background, and at once when the tab is shown again. */
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
  /** A background call: the agent waits for the caller, so polling must not keep the agent's session alive. */
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
  /** The staff member's own requests for approval, polled by a timer. */
  requestsWatched: () =>
    helpdeskQuery(['helpdesk', 'requests'], 'listRequests', {}, { staleTime: approvalPause, background: true }),
  /** One request of the staff member. */
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
  /** The query `approvals`, polled by a timer in the background. */
  approvalsWatched: () => approvals(true),
  /**
   * One page of the audit log.
   * @param before `next` of the previous page
   */
  audit: (filter: AuditFilter, before: string | null) =>
    helpdeskQuery(
      ['helpdesk', 'audit', filter, before],
      'listAuditLog',
      {},
      { query: before === null ? filter : { ...filter, before } },
    ),
};

/** The value `other` for messages. `yes` makes a text say “another approver”, because the reader is an approver. */
export function useOtherApprover(): { other: 'yes' | 'no' } {
  const { data } = useQuery(sessionQueries.current());
  return { other: data?.helpdesk === 'approver' ? 'yes' : 'no' };
}
