import type { Kind } from '../kind/kind.ts';

/** Kinds that this API only lists, reads and deletes, because Okta enrolls and verifies them elsewhere. */
export const elsewhere = (factorType: string, provider: string, idPrefix: string): Kind => ({
  factorType,
  provider,
  idPrefix,
  offeredBy: [],
  links: { PENDING_ACTIVATION: [], ACTIVE: [] },
  answerFields: [],
});

/** Duo: enrolled and verified on Duo's own page. */
export const duo: Kind = elsewhere('web', 'DUO', 'dsf');

/** An identity provider used as a factor. */
export const claimsProvider: Kind = { ...elsewhere('claims_provider', 'CUSTOM', 'cpf'), unpublished: true };

/** A type that the portal does not know: Okta adds types without notice. */
export const unknownKind: Kind = { ...elsewhere('palm_print', 'ACME', 'ppf'), unpublished: true };
