import type { AuditEvent } from '#contract/audit-log/audit-events.ts';
import { factorKinds } from '#contract/kinds.ts';
import { kinds } from './registry.ts';

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
const sentKinds = new Set<string | null>(factorKinds.filter((kind) => kinds[kind].sendsTo !== null));

export const sendsMessage = ({ event, kind }: { event: AuditEvent; kind: string | null }): boolean =>
  sends.has(event) || (event === 'user.mfa.factor.enroll' && sentKinds.has(kind));
