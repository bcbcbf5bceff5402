import { ApiError } from '#contract/errors.ts';
import { isUnusable, getReason } from '#database/errors.ts';
import { OktaError } from '#okta/wire/okta-error.ts';
import type { Degradation } from './health.ts';
import { logMessage, type LogMessage, type MessageLog } from './log-messages.ts';

/** How often the log repeats that an outage lasts, in ms. */
const AGAIN_MS = 60_000;
/** In characters. A reason may contain a long text from Okta. */
const LONGEST_REASON = 500;

/** Null for an error that no dependency caused. */
export function failedDependency(error: unknown): Degradation | null {
  const source = error instanceof ApiError ? error.cause : error;
  if (isUnusable(source)) return 'store';
  // Sign-in uses another client for Okta, whose errors are no OktaError.
  if (!(source instanceof OktaError))
    return error instanceof ApiError && error.code === 'org_unavailable' ? 'okta' : null;
  const { kind, status } = source;
  return kind === 'unavailable' || kind === 'timeout' || (status ?? 0) >= 500 ? 'okta' : null;
}

export type Outages = ReturnType<typeof createOutages>;
type Outage = { began: number; said: number; refused: number; refusedInAll: number; quiet: boolean };

/** Logs one line when an outage begins, one a minute while it lasts, and one when it is over. */
export function createOutages(log: MessageLog, clock: { now(): number }) {
  const outages = new Map<Degradation, Outage>();
  const getSeconds = ({ began }: Outage) => Math.round((clock.now() - began) / 1000);

  function sayAgain(dependency: Degradation, outage: Outage): void {
    if (clock.now() - outage.said < AGAIN_MS) return;
    const { refused } = outage;
    logMessage(log, 'a dependency still does not answer', { dependency, refused, seconds: getSeconds(outage) });
    Object.assign(outage, { said: clock.now(), refused: 0 });
  }

  /** `refused`: true for a request, false for background work. */
  function failed(dependency: Degradation, error: unknown, refused: boolean): void {
    let outage = outages.get(dependency);
    if (outage === undefined) {
      const now = clock.now();
      outages.set(dependency, (outage = { began: now, said: now, refused: 0, refusedInAll: 0, quiet: false }));
      const source = error instanceof ApiError ? error.cause : error;
      logMessage(log, 'a dependency does not answer', {
        dependency,
        reason: getReason(source).slice(0, LONGEST_REASON),
      });
    }
    outage.quiet = false;
    if (refused) {
      outage.refused += 1;
      outage.refusedInAll += 1;
    }
    sayAgain(dependency, outage);
  }

  return {
    failed,
    background(error: unknown, message: LogMessage): void {
      const dependency = failedDependency(error);
      if (dependency === null) logMessage(log, message, { err: error });
      else failed(dependency, error, false);
    },
    /** The outage is over after two passed checks without an error between them. */
    passed(dependency: Degradation): void {
      const outage = outages.get(dependency);
      if (outage === undefined) return;
      if (outage.quiet) {
        outages.delete(dependency);
        const told = { dependency, refused: outage.refusedInAll, seconds: getSeconds(outage) };
        logMessage(log, 'a dependency answers again', told);
      } else {
        outage.quiet = true;
        sayAgain(dependency, outage);
      }
    },
  };
}
