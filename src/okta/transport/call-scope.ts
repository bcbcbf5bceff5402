import { AsyncLocalStorage } from 'node:async_hooks';
import { OktaError } from '../wire/okta-error.ts';

/**
 * The request that Okta calls are made for. It lives in async context, so every call inside the request counts towards
 * it, lookups of users and groups included.
 */
export type CallScope = {
  /** Whose share of the rate limit the calls use; null for background work. */
  readonly caller: string | null;
  /** True for a change: it takes precedence over reads when the limit is nearly used. */
  readonly change: boolean;
  /** True for a helpdesk search; all searches share one part of the rate limit. */
  readonly search: boolean;
  /** Milliseconds of a clock that nobody sets: setting the machine's time must end no request. */
  readonly elapsed: () => number;
  /** When the request arrived, by `elapsed`. */
  readonly arrivedAt: number;
  /** When all calls of the request must have ended, by `elapsed`. */
  readonly endsAt: number;
  /** The request's trace (W3C Trace Context); each call carries it on. */
  readonly traceparent?: string | undefined;
};

const scopes = new AsyncLocalStorage<CallScope | undefined>();

/** Runs a request's work in its scope. */
export const runInScope = <T>(scope: CallScope, work: () => Promise<T>): Promise<T> => scopes.run(scope, work);

/** The scope of the running request; undefined outside a request. */
export const currentScope = (): CallScope | undefined => scopes.getStore();

/** Milliseconds until all calls of the running request must have ended; Infinity outside a request. */
export function timeLeft(): number {
  const scope = scopes.getStore();
  return scope === undefined ? Number.POSITIVE_INFINITY : scope.endsAt - scope.elapsed();
}

const barred = new AsyncLocalStorage<true>();

/**
 * Runs work in which every call to Okta fails: the work holds something that others wait for, and may run again.
 */
export const withoutCalls = <T>(work: () => Promise<T>): Promise<T> => barred.run(true, work);

/** Throws inside {@link withoutCalls}. */
export function assertCallsAllowed(): void {
  if (barred.getStore()) throw new Error('Okta is not called inside a transaction on the store');
}

/**
 * Runs work that several requests wait for. It counts towards the request that starts it, but outlives that request, so
 * that its end does not fail the others.
 * @throws {OktaError} `timeout` when the request's time is already over
 */
export async function runShared<T>(work: () => Promise<T>): Promise<T> {
  const scope = scopes.getStore();
  if (scope && timeLeft() <= 0) throw new OktaError('timeout', 'the request took too long before it was sent');
  return scopes.run(scope && { ...scope, endsAt: Number.POSITIVE_INFINITY }, work);
}

/**
 * Waits for work of {@link runShared} until this request's deadline.
 * @throws what the work throws, or {OktaError} `timeout`
 */
export async function waitForShared<T>(work: Promise<T>): Promise<T> {
  const left = timeLeft();
  if (left === Number.POSITIVE_INFINITY) return work;
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => reject(new OktaError('timeout', 'the request took too long while it waited for another’s question')),
    Math.max(0, left),
  );
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
