import type { DeskEndpointName } from '#contract/helpdesk.ts';
import type { Handlers, Rooms } from '../context.ts';
import { callerHandlers } from './caller-handlers.ts';
import { deskRequestHandlers } from './desk-request-handlers.ts';
import { peopleHandlers } from './people-handlers.ts';

/** Endpoints that nobody answers yet; they have no route. Whoever builds one takes it out and spreads its handlers below. */
export const unbuilt = [
  'resetMethods', 'unfreeze', 'listApprovals', 'decideApproval', 'showWayBack', 'listAudit', 'exportAuditCsv', 'exportAuditJsonLines',
  'getHistory', 'freezeMyself',
] as const satisfies readonly DeskEndpointName[];

/** The helpdesk's endpoints, and what it asks of people. */
export function helpdeskHandlers(rooms: Rooms): Handlers<Exclude<DeskEndpointName, (typeof unbuilt)[number]>> {
  return { ...peopleHandlers(rooms), ...callerHandlers(rooms), ...deskRequestHandlers(rooms) };
}
