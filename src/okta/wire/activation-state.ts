import * as z from 'zod/mini';
import { qrcodeIn } from './activation.ts';
import { readFactor, type Factor } from './factor.ts';
import { isObject, text, textOrNull } from './lenient.ts';

/** How far the enrollment of a phone has come. */
export type ActivationState = {
  /** The factor, whole, once it is ACTIVE; null before. */
  factor: Factor | null;
  /**
   * `SUCCESS` with the factor; else `WAITING`, `TIMEOUT`, `CANCELLED`, `ERROR`, or a word nobody knows yet, which is no
   * success.
   */
  factorResult: string;
  /** ISO 8601; until when the phone is waited for. */
  expiresAt: string | null;
  /**
   * The org's QR image, where the answer says so: a restart does, a poll often does not (keep the one from enrolling).
   */
  qrcodeHref: string | null;
};

const result = z.object({ factorResult: text, expiresAt: textOrNull });

/**
 * Reads what activating a push factor answers: a result object without `id`, or the whole factor. A whole factor that
 * is not ACTIVE is a state on the way, as its activation says.
 * @throws when it is neither
 */
export function readActivationState(json: unknown): ActivationState {
  if (isObject(json) && typeof json['id'] === 'string') {
    const factor = readFactor(json);
    if (factor.status === 'ACTIVE') return { factor, factorResult: 'SUCCESS', expiresAt: null, qrcodeHref: null };
    const { activation, status } = factor;
    const factorResult =
      activation?.factorResult ?? (status === 'PENDING_ACTIVATION' ? 'WAITING' : z.parse(text, status));
    // Its own words cannot make a factor that is not ACTIVE a success.
    if (factorResult === 'SUCCESS') throw new TypeError('a factor that is not active yet was called a success');
    return {
      factor: null,
      factorResult,
      expiresAt: activation?.expiresAt ?? null,
      qrcodeHref: activation?.qrcodeHref ?? null,
    };
  }
  const { factorResult, expiresAt } = z.parse(result, json);
  if (factorResult === 'SUCCESS') throw new TypeError('a success without its factor');
  return { factor: null, factorResult, expiresAt, qrcodeHref: isObject(json) ? qrcodeIn(json) : null };
}
