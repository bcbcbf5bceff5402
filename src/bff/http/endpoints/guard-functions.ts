import type { EndpointName } from '#contract/endpoints.ts';
import type { CallContext } from '#okta/transport/request-headers.ts';
import type { StepUpRequirement } from '../../identity/step-up/requirement.ts';
import type { Operation } from '../../records/audit-log/audit-log.ts';
import type { MethodRecords } from '../../identity/sessions/sessions.ts';
import type { PortalUser } from '../../identity/users/users.ts';
import type { EndpointPolicy } from '../policies.ts';
import type { RequestContext } from './endpoint-row.ts';

/** `http` does not import features, so it calls them through these functions. */
export type GuardFunctions<Own, Allowed, Authorized> = {
  /** `records`: the person's rows in the store, if already read. */
  readMethods(userId: string, person: PortalUser, call: CallContext, records?: MethodRecords): Own;
  /** Throws `step_up_required`. `consumed`: the id of the consumed step-up. */
  requireStepUp(
    stepUp: NonNullable<EndpointPolicy['stepUp']>,
    context: RequestContext<EndpointName, Operation> & Own,
  ): Promise<{ requirement: StepUpRequirement | null; consumed: string | null }>;
  /**
   * Cancels enrollments from before a reset or freeze, and returns whether there were any.
   * Throws `busy` while a reset has no outcome, and `cancellation_pending` if cancelling failed. Callers hold the lock.
   */
  assertMayEnroll(userId: string, operation: Operation): Promise<boolean>;
  /** Throws `outcome_unknown` while an enrollment may still run at Okta. */
  reconcileEnrollments(userId: string): Promise<void>;
  /** Finds the outcomes of a person's changes whose answers were lost. */
  reconcileLost(userId: string): Promise<void>;
  /** Throws `not_found` without a helpdesk, `forbidden` without the role, and `frozen`. */
  assertHelpdeskRole(person: PortalUser, who: EndpointPolicy['who'], now: boolean): Promise<void>;
  /** Throws `out_of_policy`, or `not_found` for a person outside the staff member's scope. */
  authorizeOperation(
    asker: Pick<RequestContext<EndpointName, Operation>, 'session' | 'operation'>,
    userId: string,
    operations: readonly [Allowed, ...Allowed[]],
    now: boolean,
  ): Promise<Authorized>;
};
