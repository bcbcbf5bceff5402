import type { Kind } from '../kind/kind.ts';

/** Okta enrolls and verifies these kinds elsewhere. This API only lists, reads and deletes them. */
export const elsewhere = (factorType: string, provider: string, idPrefix: string): Kind => ({
  factorType,
  provider,
  idPrefix,
  offeredBy: [],
  links: { PENDING_ACTIVATION: [], ACTIVE: [] },
  answerFields: [],
});

export const duo: Kind = elsewhere('web', 'DUO', 'dsf');

export const claimsProvider: Kind = { ...elsewhere('claims_provider', 'CUSTOM', 'cpf'), unpublished: true };

/** A type that the portal does not know: Okta adds types without notice. */
export const unknownKind: Kind = { ...elsewhere('palm_print', 'ACME', 'ppf'), unpublished: true };
