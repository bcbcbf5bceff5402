import { ApiError } from '#contract/errors.ts';
import type { OktaClient } from '#okta/client.ts';
import { OktaError } from '#okta/wire/okta-error.ts';
import type { CallContext } from '#okta/transport/request-headers.ts';
import type { Clock } from '#clock';
import { toApiError } from '../../../platform/errors/api-errors.ts';
import type { NumberMatching } from '../../../identity/methods/number-matching.ts';
import type { GetPersonFactors } from '../../../identity/methods/person-factors.ts';
import { getPushResult } from '../../factors/verification/transactions.ts';
import type { Operation } from './policy.ts';

/** Only `helpdesk.ts` creates grants. */
export type OperationGrant = { userId: string; operations: ReadonlySet<Operation> };

export type PushChallenge = { transactionId: string; number: number; expiresAt: number };

/**
 * There is no call to enroll, activate or verify.
 * So no helpdesk handler can add a method for another person or answer for them (checklist A7).
 */
export type HelpdeskFactors = ReturnType<GetHelpdeskFactors>;
export type GetHelpdeskFactors = ReturnType<typeof prepareHelpdeskFactors>;

const PUSH_MS = 5 * 60_000;

type PushParts = { factors: ReturnType<GetPersonFactors>; numberMatching: NumberMatching; clock: Clock };

/** Throws `conflict` if Okta gives no number, because a plain push verifies nobody. */
async function sendPush({ factors, numberMatching, clock }: PushParts, factorId: string): Promise<PushChallenge> {
  const asked = await factors.verify(factorId, { useNumberMatchingChallenge: true });
  const { transactionId, correctAnswer: number, expiresAt } = asked;
  if (transactionId === null) throw new ApiError('org_error');
  await numberMatching.learn(number !== null);
  if (number === null) {
    // A failed cancellation does no harm, because an answer to this push is never read.
    await factors.cancel(factorId, transactionId).catch(() => undefined);
    throw new ApiError('conflict');
  }
  const ends = Date.parse(expiresAt ?? '');
  return { transactionId, number, expiresAt: Number.isNaN(ends) ? clock.now() + PUSH_MS : ends };
}

/** A call throws `out_of_policy` if the grant does not have its operation. */
export function prepareHelpdeskFactors(
  okta: OktaClient,
  getPersonFactors: GetPersonFactors,
  numberMatching: NumberMatching,
  clock: Clock,
) {
  return (userId: string, grant: OperationGrant, context: CallContext) => {
    const factors = getPersonFactors(userId, context);
    const under = async <T>(operations: readonly Operation[], call: () => Promise<T>): Promise<T> => {
      if (grant.userId !== userId || !operations.some((one) => grant.operations.has(one))) {
        throw new ApiError('out_of_policy');
      }
      return call();
    };
    return {
      list: () => under(['view', 'challenge', 'resetOne', 'resetAll', 'approve'], () => factors.list()),
      challenge: (factorId: string) =>
        under(['challenge'], () => sendPush({ factors, numberMatching, clock }, factorId)),
      poll: (factorId: string, transactionId: string) =>
        under(['challenge', 'resetOne', 'resetAll'], async () =>
          getPushResult((await factors.transaction(factorId, transactionId)).factorResult),
        ),
      cancel: (factorId: string, transactionId: string) =>
        under(['challenge'], () => factors.cancel(factorId, transactionId)),
      delete: (factorId: string) => under(['resetOne', 'approve'], () => factors.remove(factorId)),
      /** Throws `conflict` if the person is not locked out. */
      unlock: () =>
        under(['unlock', 'approve'], async () => {
          try {
            await okta.users.unlockUser({ userId }, context);
          } catch (error) {
            if (error instanceof OktaError && error.code === 'E0000032')
              throw ApiError.withRule('conflict', 'not_locked', {}, { cause: error });
            throw toApiError(error, clock.now());
          }
        }),
      resetAll: () =>
        under(['resetAll', 'approve'], async () => {
          try {
            await okta.users.resetFactors({ userId }, context);
          } catch (error) {
            throw toApiError(error, clock.now());
          } finally {
            getPersonFactors.forget(userId);
          }
        }),
    };
  };
}
