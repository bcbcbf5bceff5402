import { isPurpose } from '#contract/purposes.ts';
import { ApiError } from '#contract/errors.ts';
import type { Transaction } from '#contract/endpoints.ts';
import type { StepUps } from '../../../identity/step-up/step-ups.ts';
import type { Clock } from '#clock';
import type { AuditLog, Decision, InTransaction } from '../../../records/audit-log/audit-log.ts';
import type { FactorNotes } from '../../../identity/methods/notes.ts';
import type { Session } from '../../../identity/sessions/sessions.ts';
import type { PersonFactors } from '../../../identity/methods/person-factors.ts';
import { getPushResult, type Push, type PushResult, type Transactions } from './transactions.ts';

type PushServices = {
  auditLog: AuditLog;
  clock: Clock;
  notes: FactorNotes;
  stepUps: StepUps;
  transactions: Transactions;
};
export type PushContext = { session: Session; operation: Decision; factors: PersonFactors };

/** A failure at Okta is recorded but not thrown. `first` ends the push in the transaction of the intent. */
export async function callBack(
  { auditLog }: Pick<PushServices, 'auditLog'>,
  { session, operation, factors }: PushContext,
  push: Pick<Push, 'id' | 'factor_id' | 'kind'>,
  first?: InTransaction,
): Promise<void> {
  const details = {
    event: 'user.mfa.factor.cancel',
    subject: session.user_id,
    factorId: push.factor_id,
    kind: push.kind,
  } as const;
  try {
    await auditLog.change(operation, details, () => factors.cancel(push.factor_id, push.id), { first });
  } catch (error) {
    if (!(error instanceof ApiError) || error.cause === undefined) throw error;
  }
}

/**
 * One transaction writes result, audit row and step-up, so that each is written once even if several callers asked
 * Okta. Returns false if another caller was faster.
 */
async function end(
  services: PushServices,
  { session, operation }: PushContext,
  push: Push,
  result: Exclude<PushResult, 'WAITING'>,
): Promise<boolean> {
  const { auditLog, notes, stepUps, transactions } = services;
  const { purpose } = push;
  const event = purpose === null ? 'user.mfa.factor.verify' : 'user.authentication.step_up';
  const details = { event, subject: session.user_id, factorId: push.factor_id, kind: push.kind } as const;
  const outcome =
    result === 'SUCCESS'
      ? ({ outcome: 'success', reason: purpose ?? 'test' } as const)
      : ({ outcome: 'failure', reason: result.toLowerCase() as Lowercase<typeof result> } as const);
  // A success is refused if the session has ended. Other results are always recorded.
  return auditLog.event(result === 'SUCCESS' ? operation : operation.actor, details, outcome, async (tx) => {
    if (!(await transactions.finish(push, result, tx))) return false;
    if (result === 'SUCCESS') await notes.used(push.user_id, push.factor_id, tx);
    if (result === 'SUCCESS' && purpose !== null)
      await stepUps.give(session, purpose, push.strength, tx, push.factor_id);
  });
}

/**
 * Asks Okta for the push's state, unless the portal asked in the last seconds.
 * `steppedUp` is true only for the caller that gave the step-up, because only one request may renew the session.
 */
export async function follow(
  services: PushServices,
  context: PushContext,
  push: Push,
): Promise<{ push: Push; steppedUp: boolean }> {
  const { clock, transactions } = services;
  const { session, factors } = context;
  const asItIs = async () => ({
    push: (await transactions.find(session, push.factor_id, push.id)) ?? push,
    steppedUp: false,
  });
  if (push.result !== 'WAITING') return { push, steppedUp: false };
  let result: PushResult = 'TIMEOUT';
  // An older version stored a purpose that no longer exists. After `ERROR`, the page offers a new start.
  if (push.purpose !== null && !isPurpose(push.purpose)) {
    await end(services, context, push, 'ERROR');
    return asItIs();
  }
  if (clock.now() < push.expires_at) {
    if (!(await transactions.claim(push))) return asItIs();
    try {
      result = getPushResult((await factors.transaction(push.factor_id, push.id)).factorResult);
    } catch (error) {
      // Okta deletes a push together with its factor, so no later poll can find it.
      if (!(error instanceof ApiError) || error.code !== 'not_found') throw error;
      result = 'ERROR';
    }
    if (result === 'WAITING') return { push, steppedUp: false };
  }
  if (!(await end(services, context, push, result))) return asItIs();
  return { push: { ...push, result }, steppedUp: result === 'SUCCESS' && push.purpose !== null };
}

export async function presentPush(
  { stepUps }: Pick<PushServices, 'stepUps'>,
  { session }: PushContext,
  push: Push,
): Promise<Transaction> {
  const { result: factorResult, number, purpose, strength } = push;
  const until = factorResult === 'SUCCESS' && purpose !== null ? await stepUps.until(session, purpose, strength) : null;
  return {
    factorResult,
    expiresAt: new Date(push.expires_at).toISOString(),
    number,
    ...(purpose !== null &&
      until !== null && { stepUp: { purpose, strength, expiresAt: new Date(until).toISOString() } }),
  };
}
