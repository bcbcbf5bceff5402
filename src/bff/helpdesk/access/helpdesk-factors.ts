import { ApiError } from '#contract/errors.ts';
import type { OktaClient } from '#okta/client.ts';
import type { CallContext } from '#okta/transport/request-headers.ts';
import type { FactorList } from '#okta/wire/factor.ts';
import type { Clock } from '#clock';
import { apiErrorOf } from '../../errors/api-errors.ts';
import type { NumberMatching } from '../../factors/methods/number-matching.ts';
import type { FactorsOf } from '../../factors/methods/person-factors.ts';
import { pushResultOf } from '../../factors/verification/transactions.ts';
import type { PushResult } from '../../factors/verification/transactions.ts';
import type { Operation } from './policy.ts';

/** What the policy let somebody do to one person. Only the helpdesk's rules make one. */
export type OperationGrant = { userId: string; operations: ReadonlySet<Operation> };

/** A push that waits on the caller's phone. */
export type PushChallenge = { transactionId: string; number: number; expiresAt: number };

/**
 * The org's factors of somebody else, as far as the helpdesk may reach: it lists, asks, takes away. It has nothing to
 * enroll, activate or verify with, so that no handler of the helpdesk's can set a method up for another person, or answer
 * for them (checklist A7).
 */
export type HelpdeskFactors = {
  list(): Promise<FactorList>;
  /**
   * Sends a push with a number to match. Throws `conflict` where the org knows none: nobody is verified by a plain one.
   */
  challenge(factorId: string): Promise<PushChallenge>;
  /** How such a push stands. */
  poll(factorId: string, transactionId: string): Promise<PushResult>;
  cancel(factorId: string, transactionId: string): Promise<void>;
  delete(factorId: string): Promise<void>;
  /** All of them, in one call. */
  resetAll(): Promise<void>;
};

export type HelpdeskFactorsOf = (userId: string, grant: OperationGrant, context: CallContext) => HelpdeskFactors;

const PUSH_MS = 5 * 60_000;

/**
 * @returns a maker of such clients; each call rejects with an ApiError, `out_of_policy` for what the grant does not
 * hold.
 */
export function createHelpdeskFactorsOf(
  okta: OktaClient,
  factorsOf: FactorsOf,
  numberMatching: NumberMatching,
  clock: Clock,
): HelpdeskFactorsOf {
  return (userId, grant, context) => {
    const factors = factorsOf(userId, context);
    const under = async <T>(operations: readonly Operation[], call: () => Promise<T>): Promise<T> => {
      if (grant.userId !== userId || !operations.some((one) => grant.operations.has(one))) {
        throw new ApiError('out_of_policy', 'The helpdesk’s rules do not allow this.');
      }
      return call();
    };
    return {
      list: () => under(['view', 'challenge', 'resetOne', 'resetAll', 'approve'], () => factors.list()),
      challenge: (factorId) =>
        under(['challenge'], async () => {
          const {
            transactionId,
            correctAnswer: number,
            expiresAt,
          } = await factors.verify(factorId, { useNumberMatchingChallenge: true });
          if (transactionId === null) throw new ApiError('org_error', 'The org gave no proper answer.');
          await numberMatching.learn(number !== null);
          if (number === null) {
            // It is worth nothing, whatever the org says to its end.
            await factors.cancel(factorId, transactionId).catch(() => undefined);
            throw new ApiError('conflict', 'The org asks without a number here.');
          }
          const ends = Date.parse(expiresAt ?? '');
          return { transactionId, number, expiresAt: Number.isNaN(ends) ? clock.now() + PUSH_MS : ends };
        }),
      poll: (factorId, transactionId) =>
        under(['challenge'], async () =>
          pushResultOf((await factors.transaction(factorId, transactionId)).factorResult),
        ),
      cancel: (factorId, transactionId) => under(['challenge'], () => factors.cancel(factorId, transactionId)),
      delete: (factorId) => under(['resetOne', 'approve'], () => factors.remove(factorId)),
      resetAll: () =>
        under(['resetAll', 'approve'], async () => {
          try {
            await okta.users.resetFactors({ userId }, context);
          } catch (error) {
            throw apiErrorOf(error, clock.now());
          } finally {
            factorsOf.forget(userId);
          }
        }),
    };
  };
}
