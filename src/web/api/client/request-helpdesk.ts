import helpdeskEndpoints from 'virtual:endpoints/helpdesk';
import type { EndpointParams, EndpointQuery, EndpointReply } from '#contract/endpoints.ts';
import type { HelpdeskEndpointName } from '#contract/helpdesk.ts';
import type { QueryClient } from '@tanstack/react-query';
import { getPresetCallEndpoint } from './call-endpoint.ts';
import { requestAt, type Call } from './request.ts';

/** A separate module, so that most people never load the helpdesk's endpoints. */
export const requestHelpdesk = <N extends HelpdeskEndpointName>(name: N, call: Call<N>): Promise<EndpointReply<N>> =>
  requestAt<N>(helpdeskEndpoints[name], call);

/** Uses `fetch` in a browser, and calls the BFF directly on the server. */
export function readHelpdesk<N extends HelpdeskEndpointName>(
  client: QueryClient,
  name: N,
  params: EndpointParams<N>,
  { query, signal }: { query?: EndpointQuery<N>; signal?: AbortSignal } = {},
): Promise<EndpointReply<N>> {
  const callEndpoint = getPresetCallEndpoint(client);
  if (callEndpoint) return callEndpoint(name, params, signal, query);
  return requestHelpdesk(name, { params, query, signal });
}
