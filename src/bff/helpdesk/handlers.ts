import type { HelpdeskEndpointName } from '#contract/helpdesk.ts';
import type { Handlers, Services } from '../context.ts';
import { approvalHandlers } from './approval-handlers.ts';
import { callerVerificationHandlers } from './caller-verification/caller-verification-handlers.ts';
import { ownCallerVerificationHandlers } from './caller-verification/own-caller-verification-handlers.ts';
import { freezeHandlers } from './freezes/freeze-handlers.ts';
import { peopleHandlers } from './search/people-handlers.ts';
import { resetHandlers } from './resets/reset-handlers.ts';
import { auditLogHandlers } from './audit-log/audit-log-handlers.ts';

/** The helpdesk's endpoints, and what it asks of people. */
export function helpdeskHandlers(services: Services): Handlers<HelpdeskEndpointName> {
  return {
    ...peopleHandlers(services),
    ...callerVerificationHandlers(services),
    ...ownCallerVerificationHandlers(services),
    ...resetHandlers(services),
    ...approvalHandlers(services),
    ...freezeHandlers(services),
    ...auditLogHandlers(services),
  };
}
