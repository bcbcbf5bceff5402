import type { QueryClient } from '@tanstack/react-query';
import type { EndpointName, ParamsOf, PersonEndpointName, QueryOf, ReplyOf } from '#contract/endpoints.ts';
import { request } from './request.ts';

/** How a query calls an endpoint that reads: by `fetch` in a browser, directly on the server. */
export type CallEndpoint = <N extends EndpointName>(
  name: N,
  params: ParamsOf<N>,
  signal?: AbortSignal,
  query?: QueryOf<N>,
) => Promise<ReplyOf<N>>;
type CallPersonEndpoint = <N extends PersonEndpointName>(
  name: N,
  params: ParamsOf<N>,
  signal?: AbortSignal,
) => Promise<ReplyOf<N>>;

const byFetch: CallPersonEndpoint = (name, params, signal) => request(name, { params, signal });
const presets = new WeakMap<QueryClient, CallEndpoint>();

export const getCallEndpoint = (client: QueryClient): CallPersonEndpoint => presets.get(client) ?? byFetch;
/** Returns the function that the server set, if any. */
export const getPresetCallEndpoint = (client: QueryClient): CallEndpoint | undefined => presets.get(client);
export const setCallEndpoint = (client: QueryClient, callEndpoint: CallEndpoint): void =>
  void presets.set(client, callEndpoint);
