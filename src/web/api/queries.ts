import { queryOptions, skipToken } from '@tanstack/react-query';
import type { EndpointParams, PersonEndpointName } from '#contract/endpoints.ts';
import type { FormResult, PageRequest } from '#contract/page.ts';
import { inBackground } from './client/background.ts';
import { getCallEndpoint } from './client/call-endpoint.ts';

/** In ms. A page does not refetch what the server has just rendered. */
export const fresh = 30_000;

const read = <N extends PersonEndpointName>(
  queryKey: readonly string[],
  name: N,
  params: EndpointParams<N>,
  staleTime = fresh,
) =>
  queryOptions({ queryKey, queryFn: ({ client, signal }) => getCallEndpoint(client)(name, params, signal), staleTime });

export const sessionQueries = {
  current: () => read(['session', 'current'], 'getSession', {}),
  list: () => read(['session', 'list'], 'listSessions', {}),
};

/** Only the server sets this, for a signed-out reader. */
export const signInQueries = {
  down: () => queryOptions<NonNullable<PageRequest['down']>>({ queryKey: ['sign-in', 'down'], queryFn: skipToken }),
};

export const formQueries = {
  result: () => queryOptions<FormResult>({ queryKey: ['form'], queryFn: skipToken }),
};

export const getSignOutPlace = (result: FormResult | undefined): 'everywhere' | 'here' | 'none' =>
  result?.form === 'sign-out' ? result.where : 'none';

export const homeQueries = {
  /** `background`: a timer sends the call, so the call does not keep the session alive. */
  page: (background = false) =>
    queryOptions({
      queryKey: ['factors', 'home'],
      queryFn: async ({ client, signal }) => {
        const call = () => getCallEndpoint(client)('getHome', {}, signal);
        const home = await (background ? inBackground(call) : call());
        // The answer contains the session, so the first page needs one call.
        client.setQueryData(sessionQueries.current().queryKey, home.session);
        return home;
      },
      staleTime: fresh,
    }),
};

export const newPhoneQueries = { page: () => read(['factors', 'new-phone'], 'getNewPhone', {}) };

export const factorQueries = {
  catalog: () => read(['factors', 'catalog'], 'listSupportedFactors', {}),
  questions: () => read(['questions'], 'listSecurityQuestions', {}, Number.POSITIVE_INFINITY),
  detail: (factorId: string) => read(['factors', 'detail', factorId], 'getFactor', { factorId }),
};
