import type { Factor } from '#contract/endpoints.ts';

/** Kinds that sentences name as words; the others are named as in the list. */
const worded = new Set(['sms', 'call', 'email', 'question', 'totp', 'webauthn']);

/** What sentences about a method name: its kind and its number, address or device, or alone its owner's name for it. */
export const describe = ({ kind, name, detail }: Factor, listed: string): { kind: string; what: string } =>
  name === null && worded.has(kind) && (detail !== null || kind === 'totp')
    ? { kind, what: detail ?? listed }
    : { kind: 'other', what: listed };
