/** What the helpdesk asks of people, and what they see and stop of its doings. */
export * as callerVerification from './asked.tsx';
export * as securityHistory from './history.tsx';
export * as freeze from './freeze.tsx';
export * as frozen from './frozen.tsx';
