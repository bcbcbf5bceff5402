import type { Decision } from '../../../records/audit-log/audit-log.ts';
import { readSecurityMethods } from '../../factors/read-security-methods.ts';
import type { AuthorizedOperation } from '../access/authorize-operation.ts';
import { cancelEnrollments } from '../freezes/cancel-enrollments.ts';
import type { PlannedReset } from '../reset-model/reset.ts';
import type { Done, Resets } from './resets.ts';

export type CarryOutServices = Parameters<typeof readSecurityMethods>[0] &
  Parameters<typeof cancelEnrollments>[0] & { helpdeskServices: { resets: Resets } };

/** `requester`: the approver's request, or the agent's if `approver` is null. Throws the errors of `Resets.run`. */
export async function carryOut(
  services: CarryOutServices,
  { target: { person }, factors }: AuthorizedOperation,
  reset: PlannedReset,
  requester: Decision,
  approver: string | null,
): Promise<Done> {
  const read = readSecurityMethods(services, person, factors);
  // The audit rows name the agent. An approver's request has already used its idempotency key for the decision.
  const operation = { ...requester, actor: reset.by, claim: approver === null ? requester.claim : null };
  return services.helpdeskServices.resets.run(
    { ...reset, state: 'begun', approver },
    operation,
    factors,
    async () => (await read()).methods,
    () => cancelEnrollments(services, person.id, requester.actor),
  );
}
