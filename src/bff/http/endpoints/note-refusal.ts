import { ApiError } from '#contract/errors.ts';
import type { Actor } from '../../records/audit-log/audit-log.ts';
import type { Refusals } from '../../records/audit-log/refusals.ts';
import { isForHelpdesk, type EndpointPolicy } from '../policies.ts';

/** Error codes that the audit log records as refusals. */
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
  'cancellation_pending',
]);

/** A helpdesk `not_found` can hide an out-of-scope user, so it counts as a refusal. */
const isRefusal = (policy: EndpointPolicy, { code }: ApiError) =>
  refusals.has(code) || (isForHelpdesk(policy) && code === 'not_found');

type About = { name: string; policy: EndpointPolicy; params: object; subject: string; fromElsewhere: boolean };

/**
 * Records in the audit log that an endpoint refused a request. Other errors are not recorded.
 * @param about `subject`: the person whom the request is about; `fromElsewhere`: another site's link led to it, and
 * whoever followed it need not know
 */
export async function noteRefusal(
  { refusals: noted }: { refusals: Refusals },
  { name, policy, params, subject, fromElsewhere }: About,
  actor: Actor,
  error: unknown,
): Promise<void> {
  if (!(error instanceof ApiError) || !(policy.change || isForHelpdesk(policy))) return;
  // If Okta itself answered "too soon", the audit log already has that outcome.
  const tooSoon = error.code === 'sent_too_soon' && error.cause === undefined;
  if (!tooSoon && !isRefusal(policy, error)) return;
  const { purpose } = error.code === 'step_up_required' ? error.details : {};
  const about = {
    event: purpose ? 'access.step_up_required' : isForHelpdesk(policy) ? 'helpdesk.refused' : 'access.refused',
    subject,
    factorId: (params as { factorId?: string }).factorId ?? null,
    kind: null,
  } as const;
  const code = fromElsewhere ? 'from_elsewhere' : error.code;
  await noted.notePerson(actor, about, `${name}: ${code}`);
}
