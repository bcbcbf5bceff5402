import * as z from 'zod/mini';
import { readFactor, type Factor } from './factor.ts';
import { isObject, text, textOrNull } from './lenient.ts';

export type ActivationState = {
  /** Null until the factor is ACTIVE. */
  factor: Factor | null;
  /** `SUCCESS` only with the factor. Otherwise `WAITING`, `TIMEOUT`, `CANCELLED`, `ERROR`, or an unknown value. */
  factorResult: string;
  /** ISO 8601. */
  expiresAt: string | null;
};

const result = z.object({ factorResult: text, expiresAt: textOrNull });

export function readActivationState(json: unknown): ActivationState {
  if (isObject(json) && typeof json['id'] === 'string') {
    const factor = readFactor(json);
    if (factor.status === 'ACTIVE') return { factor, factorResult: 'SUCCESS', expiresAt: null };
    const { activation, status } = factor;
    const factorResult =
      activation?.factorResult ?? (status === 'PENDING_ACTIVATION' ? 'WAITING' : z.parse(text, status));
    if (factorResult === 'SUCCESS') throw new TypeError('a factor that is not active yet was called a success');
    return { factor: null, factorResult, expiresAt: activation?.expiresAt ?? null };
  }
  const { factorResult, expiresAt } = z.parse(result, json);
  if (factorResult === 'SUCCESS') throw new TypeError('a success without its factor');
  return { factor: null, factorResult, expiresAt };
}
