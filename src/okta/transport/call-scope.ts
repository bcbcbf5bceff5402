import { AsyncLocalStorage } from 'node:async_hooks';
import { OktaError } from '../wire/okta-error.ts';

/**
 * The request for which Okta is called. Kept in async context, so that every call inside the request counts for it,
 * also lookups of users and groups.
 */
export type CallScope = {
  /** The person whose share of the rate limit the calls use; null for background work. */
  readonly caller: string | null;
  /** True for a change. Changes have precedence over reads when the limit is nearly used up. */
  readonly change: boolean;
  /** True for a helpdesk search. All searches share one part of the rate limit. */
  readonly search: boolean;
  /** A clock in milliseconds that cannot be set, because a change of the machine's time must not end a request. */
  readonly elapsed: () => number;
  /** When the request arrived, in milliseconds of `elapsed`. */
  readonly arrivedAt: number;
  /** When all calls of the request must have ended, in milliseconds of `elapsed`. */
  readonly endsAt: number;
  /** The request's trace (W3C Trace Context), which is sent with each call. */
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

/** Runs work in which every call to Okta fails, because the work blocks others (a transaction) and may be repeated. */
export const withoutCalls = <T>(work: () => Promise<T>): Promise<T> => barred.run(true, work);

/** Throws inside {@link withoutCalls}. */
export function assertCallsAllowed(): void {
  if (barred.getStore()) throw new Error('Okta is not called inside a transaction on the store');
}

/**
 * Runs work for which several requests wait. Its calls count for the request that starts the work. That request's
 * deadline does not limit the work's time, so that the other waiting requests do not fail.
 * @throws {OktaError} `timeout` if the request's time is already over
 */
export async function runShared<T>(work: () => Promise<T>): Promise<T> {
  const scope = scopes.getStore();
  if (scope && timeLeft() <= 0) throw new OktaError('timeout', 'the request took too long before it was sent');
  return scopes.run(scope && { ...scope, endsAt: Number.POSITIVE_INFINITY }, work);
}

/**
 * Waits for work of {@link runShared}, at most until this request's deadline.
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
