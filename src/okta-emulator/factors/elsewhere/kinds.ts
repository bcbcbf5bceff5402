import type { Kind } from '../kind/kind.ts';

/** Kinds that this API only lists, reads and deletes: Okta enrolls and verifies them elsewhere. */
export const elsewhere = (factorType: string, provider: string, idPrefix: string): Kind => ({
  factorType,
  provider,
  idPrefix,
  offeredBy: [],
  links: { PENDING_ACTIVATION: [], ACTIVE: [] },
  answerFields: [],
});

/** Duo: enrolled and verified on a Duo page. */
export const duo: Kind = elsewhere('web', 'DUO', 'dsf');

/** Another identity provider as a factor. */
export const claimsProvider: Kind = { ...elsewhere('claims_provider', 'CUSTOM', 'cpf'), unpublished: true };

/** An unknown type, since Okta adds types without notice. */
export const unknownKind: Kind = { ...elsewhere('palm_print', 'ACME', 'ppf'), unpublished: true };
