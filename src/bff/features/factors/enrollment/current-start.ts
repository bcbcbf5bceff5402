import { ApiError } from '#contract/errors.ts';
import type { FactorKind } from '#contract/kinds.ts';
import type { EnrollmentGrant } from '../../../identity/step-up/step-ups.ts';
import { assertCodeLength } from '../../../platform/kinds/registry.ts';

/**
 * Throws `open_elsewhere` for a code of an earlier start, because another tab has started again.
 * Throws `bad_request` for a code of a wrong length.
 */
export function assertCurrent(
  { expires_at: current, kind }: EnrollmentGrant & { kind: FactorKind },
  { passCode, start = current }: { passCode: string; start?: number | undefined },
  factorId: string,
): void {
  if (start !== current) throw new ApiError('open_elsewhere', { factorId });
  assertCodeLength(kind, passCode);
}
