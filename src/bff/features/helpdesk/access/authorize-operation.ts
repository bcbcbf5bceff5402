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

/** A staff member and the person whom they help, with what the policy allows. */
export type AuthorizedOperation = {
  helpdesk: Helpdesk;
  staff: StaffMember;
  target: Target;
  /** The policy's cell for the operation. For several operations: one cell with the strictest of their requirements. */
  cell: Cell;
  /** The person's factors, as far as the policy lets this staff member use them. */
  factors: HelpdeskFactors;
  /** Reads the person's security methods, once. */
  securityMethods(): Promise<SecurityMethods>;
};

/** The context of a helpdesk request: it adds the person that the staff member may act on. */
export type HelpdeskContext<N extends EndpointName, By extends RequestOperation = Decision> = RequestContext<N, By> &
  OwnMethods & { authorized: AuthorizedOperation };
/** The same, for handlers that ask the helpdesk's policy only when they must call Okta. */
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

/** Returns the helpdesk. Throws `not_found` when there is none. */
export function requireHelpdesk({ helpdesk }: { helpdesk: Helpdesk | null }): Helpdesk {
  if (!helpdesk) throw new ApiError('not_found');
  return helpdesk;
}

/**
 * Authorizes a staff member for all these operations on a person. Throws `not_found` for a person whom the staff member
 * may not know of, and `out_of_policy`.
 * @param now reads the person from Okta without the cache: before any change. (The endpoint's role check already read
 * the staff member.)
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
