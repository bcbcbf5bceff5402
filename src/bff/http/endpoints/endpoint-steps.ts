import { assertAlive, assertNotFrozen, assertRole, assertWritable, readPerson } from './access-steps.ts';
import { authorize, authorizeNow, beforeLock, takeLocks } from './access-steps.ts';
import { buildContext, recordRefusals, runHandler } from './handler-steps.ts';
import { findSubject, limitSession, readInput, refuseOtherSites } from './input-steps.ts';
import { answerDone, answerEarlier, answerReplacedCookie, claimKey, keepResult, readKey } from './repeat-steps.ts';
import { afterCancelling, cancelEnrollments, reconcileEnrollments, requireStepUp } from './step-up-steps.ts';
import { stepsFrom, type Arrived } from './steps.ts';
import type { WithSubject } from './access-steps.ts';

/** Nobody can hold the lock of a person whom they may not change. */
const beforeLocks = stepsFrom<WithSubject>()
  .step(assertWritable)
  .step(assertAlive)
  .step(readPerson)
  .step(assertRole)
  .step(assertNotFrozen)
  .step(authorizeNow);

export const endpointSteps = stepsFrom<Arrived>()
  .step(readInput)
  .step(limitSession)
  .step(readKey)
  .step(answerReplacedCookie)
  .step(findSubject)
  .step(recordRefusals)
  .step(refuseOtherSites)
  .step(beforeLock(beforeLocks))
  .step(takeLocks)
  .step(answerEarlier)
  .step(assertWritable)
  .step(assertAlive)
  .step(readPerson)
  .step(assertRole)
  .step(assertNotFrozen)
  .step(reconcileEnrollments)
  .step(answerDone)
  .step(cancelEnrollments)
  .step(afterCancelling(assertAlive))
  .step(afterCancelling(readPerson))
  .step(afterCancelling(assertNotFrozen))
  .step(buildContext)
  .step(requireStepUp)
  .step(keepResult)
  .step(authorize)
  .step(claimKey)
  .step(runHandler);
