import { ApiError } from '#contract/errors.ts';
import type { Actor } from '../../audit-log/audit-log.ts';
import type { Services } from '../../context.ts';
import { isForHelpdesk } from '../policies.ts';
import type { EndpointPolicy } from '../policies.ts';

/** Codes that the audit log keeps as refusals: somebody was kept from something. */
const refusals = new Set([
  'csrf',
  'forbidden',
  'step_up_required',
  'last_factor',
  'required_factor',
  'too_many_attempts',
  'locked',
  'out_of_policy',
  'caller_verification_required',
  'recovery_code_required',
  'limit_reached',
  'message_limit',
  'frozen',
]);

/** To look for somebody whom one may not know of is being kept from something, too. */
const isRefusal = (policy: EndpointPolicy, { code }: ApiError) =>
  refusals.has(code) || (isForHelpdesk(policy) && code === 'not_found');

/**
 * Notes in the audit log that somebody was kept from what an endpoint does. What is no refusal, and what nobody is kept
 * from, is not noted.
 */
export async function noteRefusal(
  { auditLog, refusals: noted }: Pick<Services, 'auditLog' | 'refusals'>,
  { name, policy, params, userId }: { name: string; policy: EndpointPolicy; params: object; userId: string },
  actor: Actor,
  error: unknown,
): Promise<void> {
  if (!(error instanceof ApiError) || !(policy.change || isForHelpdesk(policy))) return;
  // What the org itself found too soon has its outcome in the audit log already.
  const tooSoon = error.code === 'sent_too_soon' && !auditLog.recorded(actor);
  if (!tooSoon && !isRefusal(policy, error)) return;
  const named = params as { userId?: string; factorId?: string };
  const about = {
    event: isForHelpdesk(policy) ? 'helpdesk.refused' : 'access.refused',
    subject: named.userId ?? userId,
    factorId: named.factorId ?? null,
    kind: null,
  } as const;
  await noted.notePerson(actor, about, `${name}: ${error.code}`);
}
