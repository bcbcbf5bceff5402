import type { QueryClient } from '@tanstack/react-query';
import type {
  EndpointName,
  EndpointParams,
  PersonEndpointName,
  EndpointQuery,
  EndpointReply,
} from '#contract/endpoints.ts';
import { request } from './request.ts';

/** Uses `fetch` in a browser, and calls the BFF directly on the server. */
export type CallEndpoint = <N extends EndpointName>(
  name: N,
  params: EndpointParams<N>,
  signal?: AbortSignal,
  query?: EndpointQuery<N>,
) => Promise<EndpointReply<N>>;
type CallPersonEndpoint = <N extends PersonEndpointName>(
  name: N,
  params: EndpointParams<N>,
  signal?: AbortSignal,
) => Promise<EndpointReply<N>>;

const byFetch: CallPersonEndpoint = (name, params, signal) => request(name, { params, signal });
const presets = new WeakMap<QueryClient, CallEndpoint>();

export const getCallEndpoint = (client: QueryClient): CallPersonEndpoint => presets.get(client) ?? byFetch;
export const getPresetCallEndpoint = (client: QueryClient): CallEndpoint | undefined => presets.get(client);
export const setCallEndpoint = (client: QueryClient, callEndpoint: CallEndpoint): void =>
  void presets.set(client, callEndpoint);
