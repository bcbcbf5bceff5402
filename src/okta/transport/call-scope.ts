import { AsyncLocalStorage } from 'node:async_hooks';
import { OktaError } from '../wire/okta-error.ts';

/**
 * The request that calls to the org are made for. It travels with the request's own work instead of through every
 * function, so that no call can be forgotten: what is asked on the way (who somebody is, which groups they have) counts
 * as well.
 */
export type CallScope = {
  /** Whose share of the rate limit the calls use; null for nobody's. */
  readonly caller: string | null;
  /** Makes a change, and goes before reads when the limit is nearly used. */
  readonly change: boolean;
  /** One of the helpdesk's searches, which together have a share of their own. */
  readonly search: boolean;
  /** When the request came, in milliseconds of the client's clock. */
  readonly arrivedAt: number;
  /** When every call of it must have ended, in milliseconds of the client's clock. */
  readonly endsAt: number;
};

const scopes = new AsyncLocalStorage<CallScope | undefined>();

/** Runs a request's work in its scope. */
export const runInScope = <T>(scope: CallScope, work: () => Promise<T>): Promise<T> => scopes.run(scope, work);

/** The scope of whatever runs now; undefined outside any request. */
export const currentScope = (): CallScope | undefined => scopes.getStore();

/**
 * Runs work that several requests wait for: it still counts for whoever began it, but it outlives that request, whose
 * end must not fail the others. A request whose time is over begins nothing: rejects with a `timeout`.
 */
export async function runShared<T>(now: number, work: () => Promise<T>): Promise<T> {
  const scope = scopes.getStore();
  if (scope && scope.endsAt <= now) throw new OktaError('timeout', 'the request took too long before it was sent');
  return scopes.run(scope && { ...scope, endsAt: Number.POSITIVE_INFINITY }, work);
}

/**
 * Waits for work of {@link runShared}, no longer than until the end of this request. Rejects as the work does, or with
 * a `timeout`.
 */
export async function waitForShared<T>(work: Promise<T>, now: number): Promise<T> {
  const left = (scopes.getStore()?.endsAt ?? Number.POSITIVE_INFINITY) - now;
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
