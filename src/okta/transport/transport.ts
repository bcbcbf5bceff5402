import { assertCallsAllowed, currentScope, timeLeft } from './call-scope.ts';
import type { CredentialHeaders, CredentialOpener, OpenCredential } from './credential.ts';
import { OktaError } from '../wire/okta-error.ts';
import { createBreaker, type Outcome } from './breaker.ts';
import { createBudget, type BucketSnapshot } from './budget.ts';
import type { Usage } from './shares.ts';
import {
  createError,
  failureOfBreak,
  failureOfCredential,
  failureOfShape,
  failureOfStatus,
  type Failure,
} from './failure.ts';
import { Deadline, defaultLimits, type Limits } from './limits.ts';
import { ExchangeFailed, openPool, type Exchange } from './pool.ts';
import { createOrgClock, readRate, type Rate } from './rate.ts';
import { getHeader, parseJson } from './reply.ts';
import { encoded, requestHeaders, type CallContext } from './request-headers.ts';
import { pauseAfter, type Attempts } from './retry.ts';

export type Call<T> = {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** The path with placeholders, for logs and as the name of the rate-limit bucket. */
  template: string;
  path: string;
  body?: object | URLSearchParams;
  read: (json: unknown, exchange: Exchange) => T;
  /** Whether Okta sends something to a person, which may cost money. Such a call is never retried. */
  sends?: boolean;
  picture?: boolean;
  /** Sent without the credential. */
  anonymous?: boolean;
  headers?: Readonly<Record<string, string>>;
  /** Called with each answer, including errors that Okta answers. */
  hear?: (exchange: Exchange) => void;
  /** Checks whether the org answers. Sent once, without breaker and budget. */
  probe?: boolean;
  /** Part of another call, which already passed the breaker and the budget. Sent once. */
  inner?: boolean;
};

/** One attempt, for logs and metrics. Contains no id, query, body or credential. */
export type Observation = {
  method: string;
  path: string;
  status: number | null;
  ms: number;
  oktaRequestId: string | null;
  date: string | null;
  error: string | null;
  requestId: string | null;
};

export type TransportOptions = {
  origin: string;
  credential: CredentialOpener;
  clock: { now(): number };
  userAgent: string;
  replicas?: (() => number) | undefined;
  limits?: Partial<Limits>;
  sleep: (ms: number, signal?: AbortSignal) => Promise<unknown>;
  random: () => number;
  observe: (observation: Observation) => void;
};

export type Transport = {
  readonly origin: string;
  readonly credentialKind: OpenCredential['kind'];
  isBound(): boolean | null;
  send<T>(call: Call<T>, context?: CallContext): Promise<T>;
  budget(): BucketSnapshot[];
  isBreakerOpen(): boolean;
  /** How far Okta's clock is ahead of ours, in milliseconds. Null without an answer in the last 10 min. */
  skew(): number | null;
  close(): Promise<void>;
};

type RunningCall<T> = { call: Call<T>; context: CallContext; deadline: Deadline; bucket: string; usage: Usage };

type Parts = Omit<TransportOptions, 'credential' | 'limits' | 'replicas'> & {
  limits: Limits;
  pool: ReturnType<typeof openPool>;
  breaker: ReturnType<typeof createBreaker>;
  budget: ReturnType<typeof createBudget>;
  orgClock: ReturnType<typeof createOrgClock>;
  credential: OpenCredential;
};

export function createTransport(options: TransportOptions): Transport {
  const { origin, clock } = options;
  const limits = { ...defaultLimits, ...options.limits };
  const pool = openPool(origin, limits);
  const breaker = createBreaker(clock);
  const budget = createBudget(clock, options.replicas);
  const orgClock = createOrgClock(clock);
  const send: Transport['send'] = (call, context = {}) => sendCall(parts, call, context);
  const credential = options.credential({ origin, clock, send });
  const parts: Parts = { ...options, limits, pool, breaker, budget, orgClock, credential };
  return {
    origin,
    credentialKind: credential.kind,
    isBound: credential.isBound,
    send,
    budget: budget.snapshot,
    isBreakerOpen: breaker.isOpen,
    skew: orgClock.skew,
    close: pool.close,
  };
}

async function sendCall<T>(parts: Parts, call: Call<T>, context: CallContext): Promise<T> {
  assertCallsAllowed();
  const started = performance.now();
  const bucket = bucketName(call);
  const usage = getUsage(call);
  const requestMs = timeLeft();
  const refusal = context.signal?.aborted
    ? createError(call, 'aborted', 'the caller gave up before it was sent', {})
    : requestMs <= 0
      ? createError(call, 'timeout', 'the request took too long before it was sent', {})
      : budgetRefusal(parts, call, bucket, usage);
  const reportOutcome = refusal === null ? admit(parts, call) : null;
  if (reportOutcome === null) {
    const error =
      refusal ??
      createError(call, 'unavailable', 'the org does not answer; the next call may start at retryAt', {
        retryAt: parts.breaker.retryAt(),
      });
    report(parts, call, context, started, null, error);
    throw error;
  }
  const deadline = new Deadline(parts.limits.callMs, context.signal, call.inner ? undefined : requestMs);
  try {
    const running = { call, context, deadline, bucket, usage };
    const result = await attempt(parts, running, {});
    const value = 'error' in result ? await tryAgain(parts, running, result) : result.value;
    reportOutcome('answered');
    return value;
  } catch (error) {
    // A call that was ended by its request's deadline says nothing about the org.
    reportOutcome(deadline.ended() === 'late' ? 'unclear' : classifyOutcome(error));
    throw error;
  } finally {
    deadline.close();
  }
}

function admit({ breaker }: Parts, call: Call<unknown>): ((outcome: Outcome) => void) | null {
  if (call.inner) return () => {};
  return call.probe ? breaker.report : breaker.enter();
}

function budgetRefusal({ budget }: Parts, call: Call<unknown>, bucket: string, usage: Usage): OktaError | null {
  if (call.probe || call.inner) return null;
  const closed = budget.closed(bucket, usage);
  if (closed === null) return null;
  const { until: retryAt, limitScope } = closed;
  return createError(call, 'throttled', 'our share of the rate limit is used', { retryAt, limitScope });
}

async function tryAgain<T>(parts: Parts, running: RunningCall<T>, first: Failure): Promise<T> {
  const { clock, random, sleep } = parts;
  const { call, deadline } = running;
  const had: Attempts = { broken: 0, limited: 0, stale: 0 };
  let result = first;
  for (;;) {
    const repeatable = call.method === 'GET' && !call.probe && !call.sends;
    const pause = repeatable ? pauseAfter(result, had, clock.now(), deadline.left(), random) : null;
    if (pause === null || result.retryReason === null) throw result.error;
    await sleep(pause, deadline.signal).catch(() => {});
    if (deadline.ended() === 'aborted')
      throw createError(call, 'aborted', 'the caller gave up', { cause: result.error });
    if (deadline.ended() !== null) throw result.error;
    had[result.retryReason] += 1;
    // Okta recognizes retries from these headers. Its own SDKs send them, too.
    const { oktaRequestId } = result.error;
    const extra: Record<string, string> =
      oktaRequestId === null
        ? {}
        : { 'x-okta-retry-for': oktaRequestId, 'x-okta-retry-count': String(had.broken + had.limited + had.stale) };
    const next = await attempt(parts, running, extra);
    if (!('error' in next)) return next.value;
    result = next;
  }
}

async function attempt<T>(
  parts: Parts,
  { call, context, deadline, bucket, usage }: RunningCall<T>,
  extra: Record<string, string>,
): Promise<{ value: T } | Failure> {
  const { budget, clock, credential, orgClock, pool } = parts;
  const started = performance.now();
  const counted = call.probe || call.inner ? null : budget.begin(bucket, usage);
  let exchange: Exchange | null = null;
  let failure: Failure | null = null;
  try {
    const { method, path, picture = false } = call;
    const { text: body, type } = encoded(call.body);
    const media = { accept: picture ? 'image/png' : 'application/json', body: type };
    const { traceparent } = currentScope() ?? {};
    const basic = { ...requestHeaders(parts.userAgent, context, media, traceparent), ...call.headers, ...extra };
    const identify = () => (call.anonymous ? null : credential.headersFor(call, deadline));
    const exchangeAs = async (identity: CredentialHeaders | null) => {
      const sentAt = clock.now();
      const answer = await pool.exchange({ method, path, headers: { ...basic, ...identity }, body, picture }, deadline);
      orgClock.hear(answer, sentAt);
      return answer;
    };
    const identity = await identify();
    exchange = await exchangeAs(identity);
    const verdict = identity && credential.heard(identity, exchange);
    // Okta did not process the request, so even a change may be sent once more.
    if (verdict === 'again') exchange = await exchangeAs(await identify());
    call.hear?.(exchange);
    if (exchange.status >= 200 && exchange.status < 300) return { value: call.read(parseJson(exchange), exchange) };
    failure = failureOfStatus(call, exchange, clock.now());
    if (verdict === 'stale') failure = { ...failure, retryReason: 'stale' };
    return failure;
  } catch (error) {
    if (exchange !== null) return (failure = failureOfShape(call, exchange, error));
    if (error instanceof ExchangeFailed) return (failure = failureOfBreak(call, error, deadline));
    if (deadline.ended() !== null)
      return (failure = failureOfBreak(call, new ExchangeFailed('connect', error), deadline));
    if (error instanceof OktaError) return (failure = failureOfCredential(call, error));
    throw error;
  } finally {
    counted?.(exchange === null ? null : lesson(call, exchange, clock.now()));
    report(parts, call, context, started, exchange, failure?.error ?? null);
  }
}

function report(
  { observe }: Parts,
  call: Call<unknown>,
  context: CallContext,
  started: number,
  exchange: Exchange | null,
  error: OktaError | null,
): void {
  try {
    observe({
      method: call.method,
      path: call.template,
      status: exchange?.status ?? null,
      ms: performance.now() - started,
      oktaRequestId: exchange === null ? null : getHeader(exchange, 'x-okta-request-id'),
      date: exchange === null ? null : getHeader(exchange, 'date'),
      error: error?.kind ?? null,
      requestId: context.requestId ?? null,
    });
  } catch {
    // An error in an observer must not break the call.
  }
}

/** Outside a request, the HTTP method decides whether a call is a change. */
function getUsage(call: Call<unknown>): Usage {
  return currentScope() ?? { caller: null, search: false, change: call.method !== 'GET' };
}

/** Okta counts calls per method and path. */
function bucketName(call: Call<unknown>): string {
  return `${call.method} ${call.template}`;
}

/** A 429 to a change is ignored: it may be one person's limit and would close the bucket for everybody. */
function lesson(call: Call<unknown>, exchange: Exchange, now: number): Rate | null {
  return exchange.status === 429 && call.method !== 'GET' ? null : readRate(exchange, now);
}

function classifyOutcome(error: unknown): Outcome {
  if (!(error instanceof OktaError) || error.kind === 'aborted') return 'unclear';
  return error.kind === 'unavailable' || error.kind === 'timeout' ? 'failed' : 'answered';
}
