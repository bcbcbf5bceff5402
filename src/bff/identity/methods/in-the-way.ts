import type { EnrollBody } from '#contract/endpoints.ts';
import type { EnrollAbout } from '../../platform/kinds/kind.ts';
import { kinds } from '../../platform/kinds/registry.ts';
import type { SecurityMethod } from './security-methods.ts';

/**
 * The person's active method that prevents this enrollment, for kinds that a person has once. Okta Verify's push can
 * still be added where only its codes exist.
 */
export function findBlockingMethod(
  methods: readonly SecurityMethod[],
  body: EnrollBody,
  about: EnrollAbout,
): SecurityMethod | undefined {
  const { enroll, several } = kinds[body.kind];
  const requested = enroll?.(body as never, about).body as { factorType: string; provider: string } | undefined;
  return several
    ? undefined
    : methods.find(
        ({ kind, members }) =>
          kind === body.kind &&
          members.some(
            ({ status, factorType }) => status !== 'PENDING_ACTIVATION' && factorType === requested?.factorType,
          ),
      );
}
