import type { RouteState } from './route-state.ts';

/** Pages that work fully without a script: their actions are links, freezing and signing out. */
const complete = new Set(['/', '/add', '/get-help', '/sign-out', '/signed-out', '/freeze/:token', '/frozen']);
/** Whether a route says that it needs a script. Only the server asks, so the list costs no visit. */
export const needsScript = (routeState: RouteState): boolean =>
  routeState.kind === 'page' && !complete.has(routeState.page.path);
