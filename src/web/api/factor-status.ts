import type { Factor } from '#contract/endpoints.ts';

/** Begun and not finished: it proves nothing yet. */
export const isUnfinished = (factor: Factor): boolean => factor.status === 'PENDING_ACTIVATION';

/** In use. Any other state of Okta's is shown as not usable. */
export const isActive = (factor: Factor): boolean => factor.status === 'ACTIVE';
