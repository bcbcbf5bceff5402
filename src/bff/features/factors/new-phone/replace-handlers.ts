import { printPurpose } from '#contract/purposes.ts';
import type { EnrollBody } from '#contract/endpoints.ts';
import { ApiError } from '#contract/errors.ts';
import { continued, getCorrelationId, allInTransaction } from '../../../records/audit-log/audit-log.ts';
import { classifyFailure } from '../../../platform/errors/api-errors.ts';
import { change } from '../../../http/policies.ts';
import type { EndpointRows } from '../../../http/endpoints/endpoint-row.ts';
import { describeReplacement } from '../../../identity/step-up/replacing.ts';
import { assertEnrollable, startEnrollment, type EnrollmentServices } from '../enrollment/enroll-handlers.ts';
import { findSecurityMethod, isPending, type Engine } from '../../../identity/methods/security-methods.ts';
import type { OwnMethods } from '../read-security-methods.ts';
import { removeMethod, type RemovalServices } from '../remove-method.ts';

type ReplaceServices = EnrollmentServices & RemovalServices & { engine: () => Promise<Engine> };

/** A Classic org keeps the old number, and accepts another one only with `updatePhone`. */
const withNumber = (body: EnrollBody): EnrollBody =>
  (body.kind === 'sms' || body.kind === 'call') && body.phoneNumber ? { ...body, updatePhone: true } : body;

/**
 * If Okta allows only one method of a kind, the old one is removed first.
 * The person keeps a method that works, because the step-up used another one.
 */
export const replaceRows = {
  replaceFactor: {
    ...change('user.mfa.factor.deactivate', { freezable: true, enrolls: true, stepUp: 'replace' }),
    async handler(context, services: ReplaceServices) {
      const { session, params, body, requirement } = context;
      const { replacements } = services;
      const { factorId } = params;
      const { methods } = await context.securityMethods();
      const replacedMethod = findSecurityMethod(methods, factorId);
      const old = replacedMethod && !isPending(replacedMethod) ? replacedMethod : undefined;
      const begun =
        old && requirement
          ? replacements.begin(session, {
              factorId,
              kind: body.kind,
              strength: requirement.strength,
              correlationId: getCorrelationId(context.operation.actor),
            })
          : undefined;
      const operation = begun
        ? context.operation
        : continued(context.operation, (await replacements.find(session.user_id, factorId))?.correlationId);
      const request = { ...context, operation };
      if (describeReplacement(body.kind, await services.engine()) === 'after') {
        // The grant replaces the consumed step-up. With both, one step-up could admit two new numbers.
        const endConsumed = services.stepUps.endConsumed(session, printPurpose({ name: 'replace', factorId }));
        return startEnrollment(services, request, body, methods, begun && allInTransaction(begun, endConsumed));
      }
      if (old) await assertEnrollable(services, request, body);
      try {
        if (old) await removeMethod(services, request, old, 'replacing', begun);
      } catch (error) {
        // After a failure, a method with one factor is still active, so the grant ends.
        // Of several factors, some may be gone, so the grant stays.
        if (old?.members.length === 1 && classifyFailure(error).outcome === 'failure')
          await replacements.finish(session.user_id, body.kind)();
        throw error;
      }
      const left = methods.filter((one) => one !== old);
      return startEnrollment(services, request, withNumber(body), left).catch((error: unknown) => {
        // The old method is gone, so the page must not say that nothing has changed.
        const isUnreached = old !== undefined && error instanceof ApiError && error.code === 'org_unavailable';
        throw isUnreached ? new ApiError('org_error', error.details, { cause: error.cause }) : error;
      });
    },
  },
} satisfies EndpointRows<'replaceFactor', OwnMethods>;
