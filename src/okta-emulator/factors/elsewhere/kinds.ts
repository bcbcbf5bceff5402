import type { Kind } from '../kind/kind.ts';

/** What this API lists, reads and deletes, and nothing else: enrolled and verified over other doors of Okta's. */
const elsewhere = (factorType: string, provider: string, idPrefix: string): Kind => ({
  factorType,
  provider,
  idPrefix,
  several: () => false,
  offeredBy: [],
  dated: true,
  links: { PENDING_ACTIVATION: [], ACTIVE: [] },
  proof: [],
});

/** Duo: set up and answered in a page of Duo's own. */
export const duo: Kind = elsewhere('web', 'DUO', 'dsf');

/** Another company's sign-in as a factor. */
export const claimsProvider: Kind = elsewhere('claims_provider', 'CUSTOM', 'cpf');

/** A type that no specification has: what a client has to be ready for, since Okta adds types without asking. */
export const unheardOf: Kind = elsewhere('palm_print', 'ACME', 'ppf');
