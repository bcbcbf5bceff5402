import * as z from 'zod/mini';
import { readFactor, type Factor } from './factor.ts';
import { isObject, text, textOrNull } from './lenient.ts';

/** The state of a phone's enrollment. */
export type ActivationState = {
  /** The whole factor once it is ACTIVE; null before. */
  factor: Factor | null;
  /**
   * `SUCCESS` with the factor; else `WAITING`, `TIMEOUT`, `CANCELLED`, `ERROR`, or an unknown value, which is no
   * success.
   */
  factorResult: string;
  /** ISO 8601; when the enrollment expires. */
  expiresAt: string | null;
};

const result = z.object({ factorResult: text, expiresAt: textOrNull });

/**
 * Reads the answer to activating a push factor: a result object without `id`, or the whole factor. A factor that is not
 * ACTIVE gives the state in its activation.
 * @throws when it is neither
 */
export function readActivationState(json: unknown): ActivationState {
  if (isObject(json) && typeof json['id'] === 'string') {
    const factor = readFactor(json);
    if (factor.status === 'ACTIVE') return { factor, factorResult: 'SUCCESS', expiresAt: null };
    const { activation, status } = factor;
    const factorResult =
      activation?.factorResult ?? (status === 'PENDING_ACTIVATION' ? 'WAITING' : z.parse(text, status));
    // A factor that is not ACTIVE is no success, whatever its result says.
    if (factorResult === 'SUCCESS') throw new TypeError('a factor that is not active yet was called a success');
    return { factor: null, factorResult, expiresAt: activation?.expiresAt ?? null };
  }
  const { factorResult, expiresAt } = z.parse(result, json);
  if (factorResult === 'SUCCESS') throw new TypeError('a success without its factor');
  return { factor: null, factorResult, expiresAt };
}
