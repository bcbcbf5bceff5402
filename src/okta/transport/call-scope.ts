import { AsyncLocalStorage } from 'node:async_hooks';
import { OktaError } from '../wire/okta-error.ts';

/** The request for which Okta is called. It is kept in async context, so that all calls inside the request use it. */
export type CallScope = {
  /** The person whose share of the rate limit is used. Null for background work. */
  readonly caller: string | null;
  /** Changes have precedence over reads when the rate limit is nearly used up. */
  readonly change: boolean;
  /** All helpdesk searches together have one share of the rate limit. */
  readonly search: boolean;
  /** A clock in milliseconds that cannot be set, because a change of the machine's time must not end a request. */
  readonly elapsed: () => number;
  /** In milliseconds of `elapsed`. */
  readonly arrivedAt: number;
  /** The deadline of the request, in milliseconds of `elapsed`. */
  readonly endsAt: number;
  /** W3C Trace Context. It is sent with each call. */
  readonly traceparent?: string | undefined;
};

const scopes = new AsyncLocalStorage<CallScope | undefined>();

export const runInScope = <T>(scope: CallScope, work: () => Promise<T>): Promise<T> => scopes.run(scope, work);

export const currentScope = (): CallScope | undefined => scopes.getStore();

/** Milliseconds. Infinity outside a request. */
export function timeLeft(): number {
  const scope = scopes.getStore();
  return scope === undefined ? Number.POSITIVE_INFINITY : scope.endsAt - scope.elapsed();
}

const barred = new AsyncLocalStorage<true>();

/** Every call to Okta inside `work` fails, because `work` holds a database transaction. */
export const withoutCalls = <T>(work: () => Promise<T>): Promise<T> => barred.run(true, work);

export function assertCallsAllowed(): void {
  if (barred.getStore()) throw new Error('Okta is not called inside a transaction on the store');
}

/**
 * Several requests wait for the work, so the first request's deadline does not limit it once it has started.
 * @throws {OktaError} `timeout` if that deadline is over before the start
 */
export async function runShared<T>(work: () => Promise<T>): Promise<T> {
  const scope = scopes.getStore();
  if (scope && timeLeft() <= 0) throw new OktaError('timeout', 'the request took too long before it was sent');
  return scopes.run(scope && { ...scope, endsAt: Number.POSITIVE_INFINITY }, work);
}

/** Waits at most until this request's deadline. Throws an OktaError `timeout` after it. */
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
