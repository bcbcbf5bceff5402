import type { Factor } from '#contract/endpoints.ts';

/** The factor cannot be used, because its enrollment is not finished. */
export const isUnfinished = (factor: Factor): boolean => factor.status === 'PENDING_ACTIVATION';

/** Pages show any other status of Okta as not usable. */
export const isActive = (factor: Factor): boolean => factor.status === 'ACTIVE';
