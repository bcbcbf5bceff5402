import { ApiError } from '#contract/errors.ts';
import type { FactorKind } from '#contract/kinds.ts';
import type { EnrollmentGrant } from '../../../identity/step-up/step-ups.ts';
import { assertCodeLength } from '../../../platform/kinds/registry.ts';

/**
 * Throws `open_elsewhere` for a code of an older start: another tab has started over, so the code is not wrong.
 * Throws `bad_request` for a code of a length that the kind never has.
 */
export function assertCurrent(
  { expires_at: current, kind }: EnrollmentGrant & { kind: FactorKind },
  { passCode, start = current }: { passCode: string; start?: number | undefined },
  factorId: string,
): void {
  if (start !== current) throw new ApiError('open_elsewhere', { factorId });
  assertCodeLength(kind, passCode);
}
