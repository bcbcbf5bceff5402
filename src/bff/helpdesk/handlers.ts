import type { HelpdeskEndpointName } from '#contract/helpdesk.ts';
import type { Handlers, Services } from '../context.ts';
import { approvalHandlers } from './approval-handlers.ts';
import { callerVerificationHandlers } from './caller-handlers.ts';
import { ownCallerVerificationHandlers } from './desk-request-handlers.ts';
import { freezeHandlers } from './freeze-handlers.ts';
import { peopleHandlers } from './people-handlers.ts';
import { resetHandlers } from './reset-handlers.ts';
import { auditLogHandlers } from './trail-handlers.ts';

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
