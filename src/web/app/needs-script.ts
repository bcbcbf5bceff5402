import type { RouteState } from './route-state.ts';

/** Pages that work without a script: their only actions are links, freezing and signing out. */
const scriptless = new Set(['/', '/add', '/get-help', '/sign-out', '/signed-out', '/freeze/:token', '/frozen']);
/** Whether a route says that it needs a script. Only the server asks, so the list costs no visit. */
export const needsScript = (routeState: RouteState): boolean =>
  routeState.kind === 'page' && !scriptless.has(routeState.page.path);
