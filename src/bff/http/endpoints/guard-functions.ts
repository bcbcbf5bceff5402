import type { EndpointName } from '#contract/endpoints.ts';
import type { CallContext } from '#okta/transport/request-headers.ts';
import type { StepUpRequirement } from '../../identity/step-up/requirement.ts';
import type { Operation } from '../../records/audit-log/audit-log.ts';
import type { MethodRecords } from '../../identity/sessions/sessions.ts';
import type { PortalUser } from '../../identity/users/users.ts';
import type { EndpointPolicy } from '../policies.ts';
import type { RequestContext } from './endpoint-row.ts';

/** Functions of the features. `http` does not import features. */
export type GuardFunctions<Own, Allowed, Authorized> = {
  /** `records`: the person's rows in the store, if just read. */
  readMethods(userId: string, person: PortalUser, call: CallContext, records?: MethodRecords): Own;
  /** Throws `step_up_required` if the step-up is missing. `consumed`: its id. */
  requireStepUp(
    stepUp: NonNullable<EndpointPolicy['stepUp']>,
    context: RequestContext<EndpointName, Operation> & Own,
  ): Promise<{ requirement: StepUpRequirement | null; consumed: string | null }>;
  /**
   * Cancels enrollments from before a reset or freeze, and returns whether there were any. Throws `busy` while a reset
   * has no outcome, and `cancellation_pending` if some enrollments are left. Callers hold the person's lock.
   */
  assertMayEnroll(userId: string, operation: Operation): Promise<boolean>;
  /** Callers hold the person's lock. */
  reconcileEnrollments(userId: string): Promise<void>;
  /** Throws `not_found` without a helpdesk, `forbidden` without a role, and `frozen`. */
  assertHelpdeskRole(person: PortalUser, who: EndpointPolicy['who'], now: boolean): Promise<void>;
  /** Throws `not_found` if the person is outside this staff member's scope, and `out_of_policy`. */
  authorizeOperation(
    asker: Pick<RequestContext<EndpointName, Operation>, 'session' | 'operation'>,
    userId: string,
    operations: readonly [Allowed, ...Allowed[]],
    now: boolean,
  ): Promise<Authorized>;
};
