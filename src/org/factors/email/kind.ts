import type { Kind } from '../kind.ts';

/**
 * Codes by mail. Here only what an Identity Engine org lists by itself: the verified primary address, without anyone having
 * enrolled it.
 */
export const email: Kind = {
  factorType: 'email',
  provider: 'OKTA',
  idPrefix: 'emf',
  several: () => false,
  offeredBy: [],
  dated: false,
  links: { PENDING_ACTIVATION: [], ACTIVE: [] },
  proof: ['passCode'],
};
