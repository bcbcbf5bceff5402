/** What the helpdesk asks of people, and what they see and stop of its doings. */
export * as callerVerification from './caller-verification/caller-verification-page.tsx';
export * as securityHistory from './security-history/security-history-page.tsx';
export * as freeze from './security-history/freeze-page.tsx';
export * as frozen from './security-history/frozen-page.tsx';
