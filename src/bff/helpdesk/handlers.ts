import type { DeskEndpointName } from '#contract/helpdesk.ts';
import type { Handlers, Rooms } from '../context.ts';
import { approvalHandlers } from './approval-handlers.ts';
import { callerHandlers } from './caller-handlers.ts';
import { deskRequestHandlers } from './desk-request-handlers.ts';
import { freezeHandlers } from './freeze-handlers.ts';
import { peopleHandlers } from './people-handlers.ts';
import { resetHandlers } from './reset-handlers.ts';
import { trailHandlers } from './trail-handlers.ts';

/** The helpdesk's endpoints, and what it asks of people. */
export function helpdeskHandlers(rooms: Rooms): Handlers<DeskEndpointName> {
  return {
    ...peopleHandlers(rooms),
    ...callerHandlers(rooms),
    ...deskRequestHandlers(rooms),
    ...resetHandlers(rooms),
    ...approvalHandlers(rooms),
    ...freezeHandlers(rooms),
    ...trailHandlers(rooms),
  };
}
