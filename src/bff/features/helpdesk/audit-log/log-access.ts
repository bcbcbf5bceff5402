import { ApiError } from '#contract/errors.ts';
import type { EndpointName } from '#contract/endpoints.ts';
import type { AuditAccess } from '#contract/helpdesk.ts';
import { requirementOfPurpose } from '../../../identity/step-up/requirement.ts';
import type { StepUps } from '../../../identity/step-up/step-ups.ts';
import type { RequestContext } from '../../../http/endpoints/endpoint-row.ts';
import type { OwnMethods } from '../../factors/read-security-methods.ts';
import { requireHelpdesk } from '../access/authorize-operation.ts';
import type { Helpdesk } from '../access/helpdesk.ts';

type AccessServices = { helpdesk: Helpdesk | null; stepUps: Pick<StepUps, 'until'> };
type ReadContext = Pick<RequestContext<EndpointName>, 'session' | 'capabilities'> & OwnMethods;

export async function getLogAccess(services: AccessServices, context: ReadContext): Promise<AuditAccess> {
  const { session, securityMethods, capabilities } = context;
  const helpdesk = requireHelpdesk(services);
  const cell = helpdesk.readsLog(await helpdesk.getRoles(session.user_id, false));
  if (!cell.stepUp) return { stepUp: null };
  const purpose = 'audit-log';
  const { strength, options } = requirementOfPurpose(purpose, (await securityMethods()).methods, await capabilities())!;
  const until = await services.stepUps.until(session, purpose, strength);
  return {
    stepUp: { purpose, strength, options, until: until === null ? null : new Date(until).toISOString() },
  };
}

/** Throws `step_up_required`. Reading does not consume the step-up. */
export async function requireLogStepUp(services: AccessServices, context: ReadContext): Promise<void> {
  const { stepUp } = await getLogAccess(services, context);
  if (stepUp === null || stepUp.until !== null) return;
  const { purpose, strength, options } = stepUp;
  throw new ApiError('step_up_required', { purpose, strength, options });
}
