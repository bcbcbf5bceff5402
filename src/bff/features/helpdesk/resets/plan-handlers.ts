import type { OperationPlan } from '#contract/helpdesk.ts';
import { ApiError } from '#contract/errors.ts';
import { printPurpose } from '#contract/purposes.ts';
import { readPolicy } from '../../../http/policies.ts';
import { ANSWER_STRENGTH, SURE_ANSWER_STRENGTH } from '../../../identity/step-up/requirement.ts';
import type { StepUps } from '../../../identity/step-up/step-ups.ts';
import type { SecurityMethod } from '../../../identity/methods/security-methods.ts';
import { maskAddress } from '../../../platform/kinds/mask.ts';
import type { HelpdeskContext, HelpdeskRows } from '../access/authorize-operation.ts';
import { ownStepUp } from '../access/consume-own-step-up.ts';
import { personInPath } from '../access/subjects.ts';
import { answersThemselves, listCallerVerificationOptions } from '../caller-verification/verification-types.ts';
import { whatVerified } from '../caller-verification/what-verified.ts';
import { planRecoveryCode, type PlannedReset } from '../reset-model/reset.ts';
import { alsoRemoved } from '../search/person-view.ts';
import { isWatching, type WatchServices } from '../search/person-watch.ts';
import { callerReasons, prepareReset, type PrepareServices } from './prepare-reset.ts';
import { chooseOperation } from './reset-handlers.ts';

type Option = Pick<OperationPlan['callerOptions'][number], 'type' | 'factorId'>;

/** For `own-session`, the caller will choose the method, so the method with the fewest reasons is assumed. */
function listReasons({ type, factorId }: Option, reset: PlannedReset, methods: readonly SecurityMethod[]) {
  const reasonsBy = (id: string | null, strength: number | null) => {
    const used = { factorId: id, strength };
    const by = whatVerified({ ...reset, type }, used, methods, reset.freeze !== null);
    return callerReasons({ type, strength, doubt: by?.doubt ?? null }, reset.operation);
  };
  if (type !== 'own-session') return reasonsBy(factorId, null);
  const answers = methods
    .filter((one) => answersThemselves([one]))
    .map((one) =>
      reasonsBy(one.id, answersThemselves([one], SURE_ANSWER_STRENGTH) ? SURE_ANSWER_STRENGTH : ANSWER_STRENGTH),
    );
  return answers.toSorted((one, other) => one.length - other.length)[0] ?? [];
}

export const planRows = {
  planOperation: {
    ...readPolicy,
    who: 'staff',
    activity: false,
    forOneBrowser: true,
    subject: personInPath,
    operations: ({ body: { operation, factorIds } }) => [
      operation === 'reset' ? chooseOperation(factorIds) : operation,
    ],
    async handler(
      context: HelpdeskContext<'planOperation'>,
      services: PrepareServices & WatchServices & { stepUps: StepUps },
    ): Promise<OperationPlan> {
      const { session, body, params, authorized } = context;
      // The token shows that this session has opened the person's page, which wrote an audit row.
      if (!isWatching(services, session.id, params.userId, body.token)) throw new ApiError('not_found');
      const { reset, subject, missing } = await prepareReset(services, context, body.operation);
      // The plan shows only the number of addresses that the person no longer has.
      const removed = subject.freeze?.removed ?? [];
      const notifies = reset.notifies.filter(
        (address) => !removed.includes(address) || subject.person.addresses.includes(address),
      );
      const purpose = printPurpose({ name: 'helpdesk', userId: params.userId });
      const { strength, options } = await ownStepUp(context, purpose);
      const steppedUp = await services.stepUps.has(session, purpose, strength);
      const { callBack } = authorized.helpdesk.settings;
      const callerOptions = listCallerVerificationOptions(
        subject.methods,
        callBack,
        services.clock.now(),
        await context.capabilities(),
      );
      return {
        operation: reset.operation,
        removed: subject.methods.filter((one) => reset.methods.some(({ id }) => id === one.id)).map(alsoRemoved),
        remaining: reset.stays.filter(({ counts }) => counts).map(({ id }) => id),
        recoveryCode: planRecoveryCode(reset, reset.stays),
        notifies: notifies.map(maskAddress),
        notifiesRemoved: reset.notifies.length - notifies.length,
        approvalReasons: reset.approvalReasons,
        callerOptions: callerOptions.map(({ type, factorId }) => ({
          type,
          factorId,
          approvalReasons: listReasons({ type, factorId }, reset, subject.methods),
        })),
        missing: missing.map(({ code, details: { rule, retryAt } }) => ({
          code,
          ...(rule !== undefined && { rule }),
          ...(retryAt !== undefined && { retryAt }),
        })),
        stepUp: steppedUp ? null : { purpose, strength, options },
      };
    },
  },
} satisfies HelpdeskRows<'planOperation'>;
