import type { Factor } from '#contract/endpoints.ts';

/** The enrollment is not finished, so the factor cannot be used. */
export const isUnfinished = (factor: Factor): boolean => factor.status === 'PENDING_ACTIVATION';

/** The factor can be used. Pages show any other status of Okta as not usable. */
export const isActive = (factor: Factor): boolean => factor.status === 'ACTIVE';
