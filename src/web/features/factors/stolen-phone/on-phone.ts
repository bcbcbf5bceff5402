import type { Factor } from '#contract/endpoints.ts';
import { isActive } from '../../../api/factor-status.ts';
import { isAwayFromPhone } from '../../../flows/step-up/stolen-phone.ts';

/**
 * `hasSpare`: a method that is known to be elsewhere is at least as strong as the strongest method on the phone. Email
 * is never such a method.
 */
export function splitByPhone(factors: readonly Factor[]): { onPhone: Factor[]; unknown: Factor[]; hasSpare: boolean } {
  const active = factors.filter(isActive);
  const onPhone = active.filter(({ location }) => location === 'phone');
  const unknown = active.filter(({ location }) => location === 'unknown');
  const spares = active.filter(isAwayFromPhone);
  const strongest = (some: Factor[]): number => Math.max(0, ...some.map(({ strength }) => strength));
  return { onPhone, unknown, hasSpare: spares.length > 0 && strongest(spares) >= strongest(onPhone) };
}
