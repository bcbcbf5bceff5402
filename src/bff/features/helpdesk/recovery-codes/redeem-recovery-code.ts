import { ApiError } from '#contract/errors.ts';
import type { EndpointName, EnrollBody } from '#contract/endpoints.ts';
import type { RecoveryCodes } from './recovery-codes.ts';
import type { RequestContext } from '../../../http/endpoints/endpoint-row.ts';
import type { AuditLog, Operation } from '../../../records/audit-log/audit-log.ts';
import type { Refusals } from '../../../records/audit-log/refusals.ts';

/** Throws the errors of `RecoveryCodes.redeem`. */
export async function redeemRecoveryCode(
  {
    helpdeskServices,
    auditLog,
    refusals,
  }: { helpdeskServices: { recoveryCodes: RecoveryCodes }; auditLog: AuditLog; refusals: Refusals },
  { session, operation }: Pick<RequestContext<EndpointName, Operation>, 'session' | 'operation'>,
  body: EnrollBody,
): Promise<void> {
  const details = { event: 'user.authentication.step_up', subject: session.user_id, kind: body.kind } as const;
  try {
    await auditLog.event(operation, details, { outcome: 'success', reason: 'recovery code' }, async (tx) => {
      if (!(await helpdeskServices.recoveryCodes.redeem(session, body.recoveryCode, tx))) return false;
    });
  } catch (error) {
    if (error instanceof ApiError && error.code === 'wrong_code')
      await refusals.recordPerson(operation.actor, details, 'recovery code: wrong code');
    throw error;
  }
}
