import type { EndpointName } from '#contract/endpoints.ts';
import { classifyFailure } from '../../platform/errors/api-errors.ts';
import type { Operation } from '../../records/audit-log/audit-log.ts';
import type { Admitted } from './access-steps.ts';
import type { RequestContext } from './endpoint-row.ts';
import type { WithInput } from './input-steps.ts';
import type { Nothing, Step, Tools } from './steps.ts';

type Locked = Omit<WithInput, 'locks'> & { readonly locks: 'held' };

/** Until its outcome is found, an enrollment with a lost answer keeps its key and its step-up. */
export async function reconcileEnrollments({ row, session }: Locked, { ask }: Tools): Promise<Nothing> {
  if (row.enrolls && row.stepUp) await ask.reconcileEnrollments(session.user_id);
  return {};
}

/** Throws `cancellation_pending` if some enrollments are left. */
export const cancelEnrollments = async ({ row, session, operation }: Locked, { ask }: Tools) => ({
  isCancelled: row.enrolls === true && (await ask.assertMayEnroll(session.user_id, operation)),
});

/** A step runs again after a cancellation, because the person may have no method left. */
export const afterCancelling =
  <Value, More extends object>(step: Step<Value, More>) =>
  (value: Value & { readonly isCancelled: boolean; readonly isFresh: boolean }, tools: Tools) =>
    value.isCancelled ? step({ ...value, isFresh: true }, tools) : ({} as Nothing);

export async function requireStepUp<Context extends RequestContext<EndpointName, Operation>>(
  { row, request, context }: Admitted & Pick<WithInput, 'row' | 'request'> & { readonly context: Context },
  { ask, services, atEnd }: Tools,
): Promise<{ readonly context: Context }> {
  const admitted = row.stepUp && (await ask.requireStepUp(row.stepUp, context));
  atEnd(async (ended) => {
    if (row.change && 'error' in ended && classifyFailure(ended.error).outcome === 'failure')
      await services.stepUps.restore(request.id);
    return ended;
  });
  return { context: { ...context, ...admitted } };
}
