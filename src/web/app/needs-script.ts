import type { QueryClient } from '@tanstack/react-query';
import { homeQueries, sessionQueries } from '../api/queries.ts';
import type { RouteState } from './route-state.ts';

/** Pages that work fully without a script: their actions are links, freezing and signing out. */
const complete = new Set(['/get-help', '/sign-out', '/signed-out', '/freeze/:token', '/frozen']);
const needs: Record<string, string> = {
  '/': 'list',
  '/add': 'list',
  '/methods/:factorId': 'method',
  '/sessions': 'sessions',
  '/security-history': 'history',
  '/stolen-phone': 'stolen',
};
/** What of these pages still needs one while changes are frozen. */
const needsFrozen: Record<string, string | null> = {
  '/': null,
  '/add': null,
  '/methods/:factorId': 'test',
  '/security-history': null,
  '/stolen-phone': 'sessions',
};

/**
 * Names what of a route needs a script, for `no-script.text`; null for nothing. Only the server asks, so the list costs
 * no visit.
 */
export function findScripted(routeState: RouteState, client: QueryClient, signedIn: boolean): string | null {
  if (routeState.kind !== 'page' || complete.has(routeState.page.path)) return null;
  const { path } = routeState.page;
  const session = client.getQueryData(sessionQueries.current().queryKey);
  // Signed out, it only has links.
  if (path === '/stolen-phone' && !signedIn) return null;
  // A question of the helpdesk is answered by a script.
  if (path === '/' && client.getQueryData(homeQueries.page().queryKey)?.questions.length) return 'question';
  const frozen = session?.frozen ? needsFrozen[path] : undefined;
  return frozen === undefined ? (needs[path] ?? 'page') : frozen;
}
