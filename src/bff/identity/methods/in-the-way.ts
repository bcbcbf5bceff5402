import type { EnrollBody } from '#contract/endpoints.ts';
import type { EnrollAbout } from '../../platform/kinds/kind.ts';
import { kinds } from '../../platform/kinds/registry.ts';
import type { SecurityMethod } from './security-methods.ts';

/** Returns the active method that prevents the enrollment. Okta Verify without push does not prevent adding push. */
export function findBlockingMethod(
  methods: readonly SecurityMethod[],
  body: EnrollBody,
  owner: EnrollAbout,
): SecurityMethod | undefined {
  const { enroll, several } = kinds[body.kind];
  const requested = enroll?.(body as never, owner).body as { factorType: string; provider: string } | undefined;
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
