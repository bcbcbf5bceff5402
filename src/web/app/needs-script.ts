import type { QueryClient } from '@tanstack/react-query';
import { homeQueries } from '../api/queries.ts';
import type { RouteState } from './route-state.ts';

/** Pages that work fully without a script: their actions are links, freezing and signing out. */
const complete = new Set(['/', '/add', '/get-help', '/sign-out', '/signed-out', '/freeze/:token', '/frozen']);
/** A question of the helpdesk is denied by a button. */
const asks = (client: QueryClient): boolean =>
  (client.getQueryData(homeQueries.page().queryKey)?.questions.length ?? 0) > 0;
/** Whether a route says that it needs a script. Only the server asks, so the list costs no visit. */
export const needsScript = (routeState: RouteState, client: QueryClient): boolean =>
  routeState.kind === 'page' && (!complete.has(routeState.page.path) || (routeState.page.path === '/' && asks(client)));
