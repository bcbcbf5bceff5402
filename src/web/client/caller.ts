import type { QueryClient } from '@tanstack/react-query';
import type { EndpointName, ParamsOf, PersonEndpointName, QueryOf, ReplyOf } from '#contract/endpoints.ts';
import { request } from './request.ts';

/** How a query's reading call is made: by fetch in a browser, directly on the server. */
export type Caller = <N extends EndpointName>(
  name: N,
  params: ParamsOf<N>,
  signal?: AbortSignal,
  query?: QueryOf<N>,
) => Promise<ReplyOf<N>>;
type PersonCaller = <N extends PersonEndpointName>(
  name: N,
  params: ParamsOf<N>,
  signal?: AbortSignal,
) => Promise<ReplyOf<N>>;

const byFetch: PersonCaller = (name, params, signal) => request(name, signal ? { params, signal } : { params });
const callers = new WeakMap<QueryClient, Caller>();

export const callerOf = (client: QueryClient): PersonCaller => callers.get(client) ?? byFetch;
/** The one that was set (on the server), if any. */
export const givenCaller = (client: QueryClient): Caller | undefined => callers.get(client);
export const setCaller = (client: QueryClient, caller: Caller): void => void callers.set(client, caller);
