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

/** What the policy allows a staff member to do to one person. */
export type AuthorizedOperation = {
  helpdesk: Helpdesk;
  staff: StaffMember;
  target: Target;
  /**
   * The policy's cell for the operation. For several operations: the first one's cell, made stricter by `strictest`.
   */
  cell: Cell;
  /** The person's factors. Calls that the policy does not allow throw `out_of_policy`. */
  factors: HelpdeskFactors;
  /** The person's security methods, read from Okta at most once per request. */
  securityMethods(): Promise<SecurityMethods>;
};

/** The context of a helpdesk request, with the result of the policy. */
export type HelpdeskContext<N extends EndpointName, By extends RequestOperation = Decision> = RequestContext<N, By> &
  OwnMethods & { authorized: AuthorizedOperation };
/** Like HelpdeskContext, but the handler calls `authorize` itself, and only if it must call Okta. */
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

/** Returns the helpdesk. Throws `not_found` if there is none. */
export function requireHelpdesk({ helpdesk }: { helpdesk: Helpdesk | null }): Helpdesk {
  if (!helpdesk) throw new ApiError('not_found');
  return helpdesk;
}

/**
 * Authorizes a staff member for several operations on one person. Throws `not_found` if the staff member must not know
 * that the person exists, and `out_of_policy` if the policy denies an operation.
 * @param now reads the person from Okta without the cache; required before a change. The staff member's roles come from
 * the cache, because the endpoint's role check has just read them
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
