import { readSecurityMethods, type OwnMethods } from './features/factors/read-security-methods.ts';
import type { GuardFunctions } from './http/endpoints/guard-functions.ts';
import { redeemRecoveryCode } from './features/helpdesk/recovery-codes/redeem-recovery-code.ts';
import { assertCancelled } from './features/helpdesk/freezes/cancel-enrollments.ts';
import { reconcileEnrollments, reconcileLost } from './features/reconcile/reconcile.ts';
import { assertHelpdeskRole } from './features/helpdesk/access/assert-helpdesk-role.ts';
import { authorizeOperation, type AuthorizedOperation } from './features/helpdesk/access/authorize-operation.ts';
import type { Operation } from './features/helpdesk/access/policy.ts';
import type { Services } from './services.ts';
import { requireLogStepUp } from './features/helpdesk/audit-log/log-access.ts';
import { requireStepUp } from './identity/step-up/require-step-up.ts';

export const createGuardFunctions = (
  services: Services,
): GuardFunctions<OwnMethods, Operation, AuthorizedOperation> => ({
  readMethods(userId, person, call, records) {
    const factors = services.getPersonFactors(userId, call);
    return { factors, securityMethods: readSecurityMethods(services, person, factors, records) };
  },
  async requireStepUp(stepUp, context) {
    if (stepUp !== 'audit-log')
      return requireStepUp(services, stepUp, context, (body) => redeemRecoveryCode(services, context, body));
    await requireLogStepUp(services, context);
    return { requirement: null, consumed: null };
  },
  async assertMayEnroll(userId, { actor }) {
    await services.helpdeskServices.resets.assertNoneOpen(userId);
    return assertCancelled(services, userId, actor);
  },
  reconcileEnrollments: (userId) => reconcileEnrollments(services, userId),
  reconcileLost: (userId) => reconcileLost(services, userId),
  assertHelpdeskRole: (person, who, now) => assertHelpdeskRole(services, person, who, now),
  authorizeOperation: (asker, userId, operations, now) => authorizeOperation(services, asker, userId, operations, now),
});
