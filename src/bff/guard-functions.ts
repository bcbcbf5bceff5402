import type { Services } from './context.ts';
import { assertNoMethods, readSecurityMethods } from './factors/read-security-methods.ts';
import type { GuardFunctions } from './http/endpoints/guard-functions.ts';
import { redeemRecoveryCode } from './helpdesk/recovery-codes/redeem-recovery-code.ts';
import { assertNotFrozen } from './helpdesk/freezes/assert-not-frozen.ts';
import { assertHelpdeskRole } from './helpdesk/assert-helpdesk-role.ts';
import { authorizeOperation } from './helpdesk/access/authorize-operation.ts';

/** Builds the functions of methods and helpdesk that the guards call. */
export const createGuardFunctions = (services: Services): GuardFunctions => ({
  readSecurityMethods: (person, factors) => readSecurityMethods(services, person, factors),
  assertNoMethods,
  redeemRecoveryCode: (context, body) => redeemRecoveryCode(services, context, body),
  assertNotFrozen: (userId) => assertNotFrozen(services, userId),
  assertHelpdeskRole: (person, who, now) => assertHelpdeskRole(services, person, who, now),
  authorizeOperation: (asker, userId, operations, now) => authorizeOperation(services, asker, userId, operations, now),
});
