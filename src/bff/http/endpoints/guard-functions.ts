import type { EndpointName, EnrollBody } from '#contract/endpoints.ts';
import type { Actor } from '../../audit-log/audit-log.ts';
import type { RequestContext, SecurityMethods } from '../../context.ts';
import type { PersonFactors } from '../../factors/methods/person-factors.ts';
import type { AuthorizedOperation } from '../../helpdesk/access/authorize-operation.ts';
import type { Operation } from '../../helpdesk/access/policy.ts';
import type { PortalUser } from '../../users/users.ts';
import type { Session } from '../../sessions/sessions.ts';
import type { EndpointPolicy } from '../policies.ts';

/** Functions of methods and helpdesk that the guards call without importing that code. */
export type GuardFunctions = {
  readSecurityMethods(person: PortalUser, factors: Pick<PersonFactors, 'list'>): () => Promise<SecurityMethods>;
  /** Throws `forbidden` unless it is certain that the person has no method. */
  assertNoMethods(securityMethods: SecurityMethods, person: PortalUser): void;
  /** Lets a person without a method start to add one; throws if the recovery code is missing or wrong. */
  redeemRecoveryCode(context: Pick<RequestContext<EndpointName>, 'session' | 'actor'>, body: EnrollBody): Promise<void>;
  /** Throws `frozen`. */
  assertNotFrozen(userId: string): Promise<void>;
  /** Throws `not_found` without a helpdesk, `forbidden` for people without a helpdesk role, and `frozen`. */
  assertHelpdeskRole(person: PortalUser, who: EndpointPolicy['who'], now: boolean): Promise<void>;
  /** Throws `not_found` if the person is outside this staff member's scope, and `out_of_policy`. */
  authorizeOperation(
    asker: { session: Session; actor: Actor },
    userId: string,
    operations: readonly [Operation, ...Operation[]],
    now: boolean,
  ): Promise<AuthorizedOperation>;
};
