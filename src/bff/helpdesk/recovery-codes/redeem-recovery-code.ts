import { ApiError } from '#contract/errors.ts';
import type { EndpointName, EnrollBody } from '#contract/endpoints.ts';
import type { RequestContext, Services } from '../../context.ts';

/**
 * Lets somebody who holds nothing begin to add a method; where that is because the helpdesk took it away, a sign-in is
 * not
 * enough. A code given, right or wrong, is a proof in the audit log. Throws as `RecoveryCodes.admit` does.
 */
export async function redeemRecoveryCode(
  { helpdeskServices, auditLog }: Pick<Services, 'helpdeskServices' | 'auditLog'>,
  { session, actor }: Pick<RequestContext<EndpointName>, 'session' | 'actor'>,
  body: EnrollBody,
): Promise<void> {
  const about = { event: 'user.authentication.step_up', subject: session.user_id, kind: body.kind } as const;
  try {
    if (await helpdeskServices.recoveryCodes.redeem(session, body.recoveryCode))
      await auditLog.event(actor, about, { outcome: 'success', reason: 'recovery code' });
  } catch (error) {
    if (error instanceof ApiError && error.code === 'wrong_code')
      await auditLog.event(actor, about, { outcome: 'failure', reason: 'recovery code: wrong code' });
    throw error;
  }
}
