import type { AuditEvent } from '#contract/audit-log/audit-events.ts';
import { factorKinds } from '#contract/kinds.ts';
import { kinds } from './registry.ts';

/** Audit events of a reset by the helpdesk. */
export const resetEvents: ReadonlySet<AuditEvent> = new Set<AuditEvent>([
  'user.mfa.factor.reset',
  'user.mfa.factor.reset_all',
]);

const sends = new Set<AuditEvent>([
  'user.mfa.factor.challenge',
  'user.mfa.factor.resend',
  'user.mfa.factor.send_link',
  'helpdesk.caller_verification.start',
]);
/** Kinds whose enrollment sends a code. */
const sentKinds = new Set<string | null>(factorKinds.filter((kind) => kinds[kind].sendsTo !== null));

/** Whether an intent of this event sends a message or a push to the person. */
export const sendsMessage = ({ event, kind }: { event: AuditEvent; kind: string | null }): boolean =>
  sends.has(event) || (event === 'user.mfa.factor.enroll' && sentKinds.has(kind));
