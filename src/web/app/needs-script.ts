import type { RouteState } from './route-state.ts';

/** Pages that work fully without a script: people read them, and their actions are links and plain forms. */
const complete = new Set([
  '/',
  '/add',
  '/get-help',
  '/sign-out',
  '/signed-out',
  '/freeze/:token',
  '/frozen',
  '/stolen-phone',
]);
/** Pages that can be read without a script, but then lack some actions. */
const partial = new Set(['/methods/:factorId', '/sessions', '/security-history']);

/**
 * Which message a route shows where no script runs; null if it needs none. Only the server asks, so the list costs no
 * visit.
 */
export function noScriptMessage(routeState: RouteState): 'no-script.whole' | 'no-script.part' | null {
  if (routeState.kind !== 'page' || complete.has(routeState.page.path)) return null;
  return partial.has(routeState.page.path) ? 'no-script.part' : 'no-script.whole';
}
