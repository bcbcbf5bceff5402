import type { DeskEndpointName } from '#contract/helpdesk.ts';
import type { Handlers, Rooms } from '../context.ts';

/** Endpoints that nobody answers yet; they have no route. Whoever builds one takes it out and spreads its handlers below. */
export const unbuilt = [
  // People.
  'searchPeople', 'getPerson', 'beginCallerProof', 'getCallerProof', 'answerCallerProof', 'listDeskRequests', 'answerDeskRequest',
  // Acts.
  'resetMethods', 'unfreeze', 'listApprovals', 'decideApproval', 'showWayBack', 'listAudit', 'exportAuditCsv', 'exportAuditJsonLines',
  'getHistory', 'freezeMyself',
] as const satisfies readonly DeskEndpointName[];

/** The helpdesk's endpoints, and what it asks of people. */
export function helpdeskHandlers(_rooms: Rooms): Handlers<Exclude<DeskEndpointName, (typeof unbuilt)[number]>> {
  return {};
}
