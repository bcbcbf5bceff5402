import endpoints from 'virtual:endpoints/person';
import type { Route } from '#contract/endpoint.ts';
import type { BodyOf, EndpointName, ParamsOf, PersonEndpointName, QueryOf, ReplyOf } from '#contract/endpoints.ts';
import { headers as names, pathOf } from '#contract/endpoints.ts';
import type { ErrorBody } from '#contract/errors.ts';
import { ApiError, errorStatus } from '#contract/errors.ts';
import { noteBuild } from './build.ts';
import { setNow } from './clock.ts';
import { NetworkError } from './network-error.ts';
import { isInBackground } from './background.ts';

/** How long we wait for a whole reply, in milliseconds; the BFF answers or gives up at 25 s. */
const timeLimit = 30_000;
/**
 * For what may be sent once more: the portal remembers its answer for 30 s, and the second sending must come in time.
 */
const timeLimitOfFirst = 27_000;
/** Before it is sent again, in milliseconds: a network that was gone for a moment is back then. */
const pause = 1000;

/** 128 random bits. Not `randomUUID`: it has fewer, and is not there on plain http. */
export const newKey = (): string =>
  Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');

export type Call<N extends EndpointName> = {
  params: ParamsOf<N>;
  query?: QueryOf<N>;
  body?: BodyOf<N>;
  headers?: Record<string, string>;
  signal?: AbortSignal;
  /** Is sent even when the page goes; what comes of it nobody hears then. */
  keepalive?: boolean;
};

/**
 * Sends one call of the contract. Rejects with an `ApiError` (the BFF said no), a `NetworkError` (nobody did), or the
 * signal's reason when the caller left.
 */
export const request = <N extends PersonEndpointName>(name: N, call: Call<N>): Promise<ReplyOf<N>> =>
  requestAt<N>(endpoints[name], call);

/** As `request`, of an endpoint that is not on the first page: whoever calls it brings it. */
export async function requestAt<N extends EndpointName>(endpoint: Route, call: Call<N>): Promise<ReplyOf<N>> {
  // Read before the first pause: the mark belongs to whoever started us.
  const background = isInBackground();
  const reply = endpoint.renews ? await sendTwice(endpoint, call, background) : await send(endpoint, call, background);
  // A proof gives the session a new cookie, and a call in flight may still carry the old one.
  const again = reply.status === 401 && (endpoint.method === 'GET' || endpoint.polls);
  return read<N>(again ? await send(endpoint, call, background) : reply);
}

/** How long the portal can still say what became of a request, in milliseconds. */
const remembered = 30_000;
/**
 * The last request that no answer came to, with its key. Forgotten after 30 s, since its body may be a code or an
 * answer.
 */
let unanswered: { what: string; key: string } | undefined;

/**
 * The answer may have been lost, and the session's new cookie with it: the very same request, by its key, gets both. So
 * does the same request that the person makes again when the network is back.
 */
async function sendTwice<N extends EndpointName>(endpoint: Route, call: Call<N>, background: boolean): Promise<Reply> {
  const what = JSON.stringify([endpoint.method, pathOf<N>(endpoint, call.params, call.query), call.body]);
  const key = unanswered?.what === what ? unanswered.key : newKey();
  const keyed = { ...call, headers: { [names.idempotencyKey]: key, ...call.headers } };
  const forget = (): void => void (unanswered?.key === key && (unanswered = undefined));
  const answered = (reply: Reply): Reply => (forget(), reply);
  try {
    return answered(await send(endpoint, keyed, background, timeLimitOfFirst));
  } catch (error) {
    if (!(error instanceof NetworkError)) throw error;
    unanswered = { what, key };
    setTimeout(forget, remembered);
    await new Promise((resolve) => setTimeout(resolve, pause));
    if (call.signal?.aborted) throw call.signal.reason;
    return answered(await send(endpoint, keyed, background));
  }
}

type Reply = { status: number; body: unknown; retryAfter: number };

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
    const response = await fetch(pathOf<N>(endpoint, call.params, call.query), {
      method,
      headers,
      body: call.body === undefined ? null : JSON.stringify(call.body),
      credentials: 'same-origin',
      cache: 'no-store',
      redirect: 'error',
      keepalive: call.keepalive ?? false,
      signal: call.signal ? AbortSignal.any([call.signal, limit.signal]) : limit.signal,
    });
    noteBuild(response.headers.get(names.build));
    const text = await response.text();
    return {
      status: response.status,
      body: text === '' ? undefined : parse(text),
      retryAfter: Number(response.headers.get('retry-after') ?? Number.NaN),
    };
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

function read<N extends EndpointName>({ status, body, retryAfter }: Reply): ReplyOf<N> {
  if (status >= 200 && status < 300) return body as ReplyOf<N>;
  if (!isErrorBody(body)) throw new NetworkError('unreadable');
  const error = ApiError.fromBody(body);
  // A moment and a length of time for the same end tell us the server's clock.
  if (error.details.retryAt && retryAfter > 0) setNow(Date.parse(error.details.retryAt) - retryAfter * 1000);
  throw error;
}

function isErrorBody(body: unknown): body is ErrorBody {
  const code: unknown = (body as Partial<ErrorBody> | undefined)?.error?.code;
  return typeof code === 'string' && Object.hasOwn(errorStatus, code);
}
