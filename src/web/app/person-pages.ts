/** The pages where people answer the helpdesk, see what the helpdesk did, and freeze changes. */
export * as callerVerification from '../features/caller-verification/caller-verification-page.tsx';
export * as securityHistory from '../features/security-history/security-history-page.tsx';
export * as freeze from '../features/security-history/freeze-page.tsx';
export * as frozen from '../features/security-history/frozen-page.tsx';
