import type { FactorKind } from '#contract/kinds.ts';
import { listVerifications, type SecurityMethod, type VerificationCapabilities } from './security-methods.ts';

/** Kinds that a step-up at Okta can use even if the portal's pages cannot verify them. */
const provenAtOkta = new Set<FactorKind>(['okta-verify', 'webauthn', 'duo', 'claims-provider']);

/** The other methods with which a person can step up while this method is replaced. */
export const sparesFor = (
  { id }: Pick<SecurityMethod, 'id'>,
  methods: readonly SecurityMethod[],
  capabilities: VerificationCapabilities,
): SecurityMethod[] =>
  methods.filter(
    (one) =>
      one.id !== id &&
      one.counts &&
      one.status === 'ACTIVE' &&
      (listVerifications(one, capabilities).length > 0 || provenAtOkta.has(one.kind)),
  );
