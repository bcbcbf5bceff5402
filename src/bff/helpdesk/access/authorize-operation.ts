import { ApiError } from '#contract/errors.ts';
import type { Actor } from '../../audit-log/audit-log.ts';
import type { SecurityMethods, Services } from '../../context.ts';
import { readSecurityMethods } from '../../factors/read-security-methods.ts';
import type { Session } from '../../sessions/sessions.ts';
import type { HelpdeskFactors } from './helpdesk-factors.ts';
import type { Helpdesk, Target, StaffMember } from './helpdesk.ts';
import type { Cell, Operation } from './policy.ts';

/** Somebody at the helpdesk, with the person they have before them. */
export type AuthorizedOperation = {
  helpdesk: Helpdesk;
  staff: StaffMember;
  target: Target;
  /** What the policy says of the (first) operation. */
  cell: Cell;
  /** The person's factors, as far as the policy lets this staff member reach. */
  factors: HelpdeskFactors;
  /** What the person holds; read once. */
  securityMethods(): Promise<SecurityMethods>;
};

/** The helpdesk; throws `not_found` where there is none. */
export function requireHelpdesk({ helpdesk }: Pick<Services, 'helpdesk'>): Helpdesk {
  if (!helpdesk) throw new ApiError('not_found', 'There is nothing at this address.');
  return helpdesk;
}

/**
 * Judges whether somebody at the helpdesk may do all these operations to a person. Throws `not_found` for whoever does
 * not exist for them, and `out_of_policy`.
 * @param now asks the org anew about the person: before any change. (The staff member was asked about by the guard.)
 */
export async function authorizeOperation(
  services: Pick<Services, 'addresses' | 'helpdeskFactorsOf' | 'engine' | 'helpdesk' | 'names'>,
  { session, actor }: { session: Session; actor: Actor },
  userId: string,
  [operation, ...more]: readonly [Operation, ...Operation[]],
  now: boolean,
): Promise<AuthorizedOperation> {
  const helpdesk = requireHelpdesk(services);
  const staff = await helpdesk.staffOf(session.user_id, false);
  const target = await helpdesk.targetOf(staff, userId, now);
  const cell = helpdesk.assertAllowed(target, operation);
  for (const one of more) helpdesk.assertAllowed(target, one);
  const factors = services.helpdeskFactorsOf(userId, helpdesk.grant(target), {
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
