import endpoints from 'virtual:endpoints/person';
import type { Route } from '#contract/endpoint.ts';
import type {
  EndpointBody,
  EndpointName,
  EndpointParams,
  PersonEndpointName,
  EndpointQuery,
  EndpointReply,
} from '#contract/endpoints.ts';
import { headers as names, fillPath } from '#contract/endpoints.ts';
import { ApiError, errors, type ErrorBody, type PersonRule } from '#contract/errors.ts';
import { recordBuild } from './build.ts';
import { now, recordServerTime } from './clock.ts';
import { NetworkError } from './network-error.ts';
import { isInBackground } from './background.ts';
import { createPageState } from './page-state.ts';
import { sessionState } from './session-state.ts';

/** In ms, for a whole reply. The BFF answers or gives up after 25 s. */
const timeLimit = 30_000;
/**
 * In ms, for a call that can be sent again. The portal remembers the answer for 30 s, and the second call must arrive
 * within that time.
 */
const timeLimitOfFirst = 27_000;
/** In ms. A short network failure can end before the call is sent again. */
const pause = 1000;

/** 128 random bits in hex. `crypto.randomUUID` has only 122 and is missing on plain HTTP. */
export const newKey = (): string =>
  Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');

export type Call<N extends EndpointName> = {
  params: EndpointParams<N>;
  query?: EndpointQuery<N>;
  body?: EndpointBody<N>;
  headers?: Record<string, string>;
  signal?: AbortSignal;
  /** The browser sends the call even if the page closes. */
  keepalive?: boolean;
};

export const request = <N extends PersonEndpointName>(name: N, call: Call<N>): Promise<EndpointReply<N>> =>
  requestAt<N>(endpoints[name], call);

/**
 * Rejects with an `ApiError` (the BFF refused), a `NetworkError` (no answer), or the signal's reason after an abort.
 */
export async function requestAt<N extends EndpointName>(endpoint: Route, call: Call<N>): Promise<EndpointReply<N>> {
  // Read before the first `await`, because `inBackground` sets the flag only while its calls start.
  const background = isInBackground();
  const reply = isKeyed(endpoint)
    ? await sendKeyed(endpoint, call, background)
    : await send(endpoint, call, background);
  // A step-up replaces the session's cookie. A read that was sent earlier may have had the old cookie.
  const resends = reply.status === 401 && (endpoint.method === 'GET' || endpoint.polls);
  return read<N>(resends ? await send(endpoint, call, background) : reply);
}

/** How long an unanswered request's key is kept for a repeat, in ms. The portal keeps the answer as long. */
const remembered = 30_000;
/** Deleted after 30 s, because `signature` contains the body, perhaps with a code or an answer. */
let unanswered: { signature: string; key: string } | undefined;

/** An idempotency key lets the portal recognize a repeated request. */
const isKeyed = ({ method, polls, renews }: Route): boolean => renews === true || (method !== 'GET' && !polls);

/**
 * If no answer arrives and the person repeats the request, the repeated request has the same key and therefore no
 * second effect. A request that can renew the session is repeated once automatically, because the lost answer may
 * contain the new cookie. A request that an earlier change blocks is repeated once when that change's time is over.
 */
async function sendKeyed<N extends EndpointName>(endpoint: Route, call: Call<N>, background: boolean): Promise<Reply> {
  const signature = JSON.stringify([endpoint.method, fillPath<N>(endpoint, call.params, call.query), call.body]);
  const key = unanswered?.signature === signature ? unanswered.key : newKey();
  const keyed = { ...call, headers: { [names.idempotencyKey]: key, ...call.headers } };
  const forget = (): void => void (unanswered?.key === key && (unanswered = undefined));
  const answered = (reply: Reply): Reply => (forget(), reply);
  try {
    const reply = await send(endpoint, keyed, background, endpoint.renews ? timeLimitOfFirst : timeLimit);
    const until = heldUntil(reply);
    if (until === undefined) return answered(reply);
    heldChange.set(until);
    await new Promise((resolve) => setTimeout(resolve, Date.parse(until) - now())).finally(() => heldChange.set(null));
    if (call.signal?.aborted) throw call.signal.reason;
    return answered(await send(endpoint, keyed, background));
  } catch (error) {
    if (!(error instanceof NetworkError)) throw error;
    unanswered = { signature, key };
    setTimeout(forget, remembered);
    if (!endpoint.renews) throw error;
    await new Promise((resolve) => setTimeout(resolve, pause));
    if (call.signal?.aborted) throw call.signal.reason;
    return answered(await send(endpoint, keyed, background));
  }
}

/**
 * Until when (ISO 8601) a change of this page waits for an earlier change that may still run. Null: no change waits.
 */
export const heldChange = createPageState<string | null>(null);
const earlierRuns: PersonRule<'busy'> = 'change_runs';

function heldUntil({ body }: Reply): string | undefined {
  return isErrorBody(body) && body.error.rule === earlierRuns ? body.error.retryAt : undefined;
}

type Reply = { status: number; body: unknown };

async function send<N extends EndpointName>(
  endpoint: Route,
  call: Call<N>,
  background: boolean,
  limitMs = timeLimit,
): Promise<Reply> {
  const { method } = endpoint;
  const headers = new Headers(call.headers);
  headers.set('accept', 'application/json');
  if (method !== 'GET') headers.set(names.guard, '1');
  if (background) headers.set(names.poll, '1');
  if (call.body !== undefined) headers.set('content-type', 'application/json');

  const limit = new AbortController();
  const timer = setTimeout(() => limit.abort(), limitMs);
  try {
    const sentAt = performance.now();
    const response = await fetch(fillPath<N>(endpoint, call.params, call.query), {
      method,
      headers,
      body: call.body === undefined ? null : JSON.stringify(call.body),
      credentials: 'same-origin',
      cache: 'no-store',
      redirect: 'error',
      keepalive: call.keepalive ?? false,
      signal: call.signal ? AbortSignal.any([call.signal, limit.signal]) : limit.signal,
    });
    recordBuild(response.headers.get(names.build));
    recordServerTime(Number(response.headers.get(names.time) ?? Number.NaN), sentAt);
    const text = await response.text();
    return { status: response.status, body: text === '' ? undefined : parse(text) };
  } catch (error) {
    if (call.signal?.aborted) throw call.signal.reason;
    if (error instanceof NetworkError) throw error;
    throw new NetworkError(limit.signal.aborted ? 'timeout' : 'offline', { cause: error });
  } finally {
    clearTimeout(timer);
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new NetworkError('unreadable', { cause });
  }
}

function read<N extends EndpointName>({ status, body }: Reply): EndpointReply<N> {
  if (status >= 200 && status < 300) return body as EndpointReply<N>;
  if (!isErrorBody(body)) throw new NetworkError('unreadable');
  if (body.error.code === 'signed_out') sessionState.set('ended');
  throw ApiError.fromBody(body);
}

function isErrorBody(body: unknown): body is ErrorBody {
  const code: unknown = (body as Partial<ErrorBody> | undefined)?.error?.code;
  return typeof code === 'string' && Object.hasOwn(errors, code);
}
