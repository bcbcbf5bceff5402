import type { QueryClient } from '@tanstack/react-query';
import type { EndpointName, ParamsOf, ReplyOf } from '#contract/endpoints.ts';
import { request } from './request.ts';

/** How a query's reading call is made: by fetch in a browser, directly on the server. */
export type Caller = <N extends EndpointName>(
  name: N,
  params: ParamsOf<N>,
  signal?: AbortSignal,
) => Promise<ReplyOf<N>>;

const byFetch: Caller = (name, params, signal) => request(name, signal ? { params, signal } : { params });
const callers = new WeakMap<QueryClient, Caller>();

export const callerOf = (client: QueryClient): Caller => callers.get(client) ?? byFetch;
export const setCaller = (client: QueryClient, caller: Caller): void => void callers.set(client, caller);
