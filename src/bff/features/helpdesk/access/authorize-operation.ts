import type { EndpointName } from '#contract/endpoints.ts';
import { ApiError } from '#contract/errors.ts';
import type { Alarms } from '../../../records/alarms/alarms.ts';
import type { Decision, Operation as RequestOperation } from '../../../records/audit-log/audit-log.ts';
import type { SecurityMethods } from '../../../identity/methods/security-methods.ts';
import { readSecurityMethods, type OwnMethods } from '../../factors/read-security-methods.ts';
import type { EndpointRows, RequestContext } from '../../../http/endpoints/endpoint-row.ts';
import type { Session } from '../../../identity/sessions/sessions.ts';
import type { HelpdeskFactors, GetHelpdeskFactors } from './helpdesk-factors.ts';
import type { Helpdesk, Target, StaffMember } from './helpdesk.ts';
import { strictest, type Cell, type Operation } from './policy.ts';

export type AuthorizedOperation = {
  helpdesk: Helpdesk;
  staff: StaffMember;
  target: Target;
  /** If there are several operations, the strictest requirements of all apply. */
  cell: Cell;
  /** A call that the policy does not allow throws `out_of_policy`. */
  factors: HelpdeskFactors;
  /** Read from Okta at most once per request. */
  securityMethods(): Promise<SecurityMethods>;
};

export type HelpdeskContext<N extends EndpointName, By extends RequestOperation = Decision> = RequestContext<N, By> &
  OwnMethods & { authorized: AuthorizedOperation };
/** The handler calls `authorize` itself, and only if it must call Okta. */
export type LateHelpdeskContext<N extends EndpointName, By extends RequestOperation = Decision> = RequestContext<
  N,
  By
> &
  OwnMethods & { authorize(): Promise<AuthorizedOperation> };
export type HelpdeskRows<N extends EndpointName, Services = never> = EndpointRows<
  N,
  OwnMethods,
  Operation,
  AuthorizedOperation,
  Services
>;

export function requireHelpdesk({ helpdesk }: { helpdesk: Helpdesk | null }): Helpdesk {
  if (!helpdesk) throw new ApiError('not_found');
  return helpdesk;
}

/**
 * Throws `out_of_policy`, or `not_found` if the staff member must not know that the person exists.
 * `now`: reads the person without the cache, which a change requires.
 */
export async function authorizeOperation(
  services: Parameters<typeof readSecurityMethods>[0] & {
    getHelpdeskFactors: GetHelpdeskFactors;
    helpdesk: Helpdesk | null;
    alarms: Pick<Alarms, 'recordPrivileged'>;
  },
  { session, operation: { actor } }: { session: Session; operation: RequestOperation },
  userId: string,
  [operation, ...more]: readonly [Operation, ...Operation[]],
  now: boolean,
): Promise<AuthorizedOperation> {
  const helpdesk = requireHelpdesk(services);
  const staff = await helpdesk.readStaffMember(session.user_id, false);
  const target = await helpdesk.readTarget(staff, userId, now);
  const cell = strictest(
    helpdesk.assertAllowed(target, operation),
    ...more.map((one) => helpdesk.assertAllowed(target, one)),
  );
  if (now && target.kind !== 'in-scope') await services.alarms.recordPrivileged(userId);
  const factors = services.getHelpdeskFactors(userId, helpdesk.grant(target), {
    forwardedFor: actor.address,
    userAgent: actor.agent,
    requestId: actor.requestId,
  });
  return {
    helpdesk,
    staff,
    target,
    cell,
    factors,
    securityMethods: readSecurityMethods(services, target.person, factors),
  };
}
