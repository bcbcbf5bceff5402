import type { EndpointName, EnrollBody } from '#contract/endpoints.ts';
import type { Actor } from '../../audit-log/audit-log.ts';
import type { RequestContext, SecurityMethods } from '../../context.ts';
import type { PersonFactors } from '../../factors/methods/person-factors.ts';
import type { AuthorizedOperation } from '../../helpdesk/access/authorize-operation.ts';
import type { Operation } from '../../helpdesk/access/policy.ts';
import type { PortalUser } from '../../users/users.ts';
import type { Session } from '../../sessions/sessions.ts';
import type { EndpointPolicy } from '../policies.ts';

/** What the guards ask of methods and of the helpdesk, whose code they do not know. */
export type GuardFunctions = {
  readSecurityMethods(person: PortalUser, factors: Pick<PersonFactors, 'list'>): () => Promise<SecurityMethods>;
  /** Throws `forbidden` unless it is sure that somebody who seems to hold nothing does. */
  assertNoMethods(securityMethods: SecurityMethods, person: PortalUser): void;
  /** Lets somebody who holds nothing begin to add a method; throws where a reset's code is missing or wrong. */
  redeemRecoveryCode(context: Pick<RequestContext<EndpointName>, 'session' | 'actor'>, body: EnrollBody): Promise<void>;
  /** Throws `frozen`. */
  assertNotFrozen(userId: string): Promise<void>;
  /** Throws `not_found` where there is no helpdesk, `forbidden` for whoever has no part in it, `frozen`. */
  assertHelpdeskRole(person: PortalUser, policy: EndpointPolicy): Promise<void>;
  /** Throws `not_found` for whoever does not exist for this staff member, and `out_of_policy`. */
  authorizeOperation(
    asker: { session: Session; actor: Actor },
    userId: string,
    operations: readonly [Operation, ...Operation[]],
    now: boolean,
  ): Promise<AuthorizedOperation>;
};
