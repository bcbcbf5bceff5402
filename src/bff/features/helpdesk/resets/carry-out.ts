import type { Actor } from '../../../records/audit-log/audit-log.ts';
import { readSecurityMethods } from '../../factors/read-security-methods.ts';
import type { AuthorizedOperation } from '../access/authorize-operation.ts';
import { cancelEnrollments } from '../freezes/cancel-enrollments.ts';
import type { PlannedReset } from '../reset-model/reset.ts';
import type { Done, Resets } from './resets.ts';

export type CarryOutNeeds = Parameters<typeof readSecurityMethods>[0] &
  Parameters<typeof cancelEnrollments>[0] & { helpdeskServices: { resets: Resets } };

/**
 * Carries a reset out, now that everybody who must agree has. Throws what `Resets.run` throws.
 * @param requester who sent this request: the agent, or the approver, whose id is then `approver`
 */
export async function carryOut(
  services: CarryOutNeeds,
  { target: { person }, factors }: AuthorizedOperation,
  reset: PlannedReset,
  requester: Actor,
  approver: string | null,
): Promise<Done> {
  const read = readSecurityMethods(services, person, factors);
  return services.helpdeskServices.resets.run(
    { ...reset, state: 'begun', approver },
    factors,
    async () => (await read()).methods,
    () => cancelEnrollments(services, person.id, requester),
  );
}
