import type { QueryClient } from '@tanstack/react-query';
import { homeQueries, sessionQueries } from '../api/queries.ts';
import type { RouteState } from './route-state.ts';

/** These pages contain only links and the forms that freeze and sign out, so they need no script. */
const complete = new Set(['/get-help', '/sign-out', '/signed-out', '/freeze/:token', '/frozen']);
const needs: Record<string, string> = {
  '/': 'list',
  '/add': 'list',
  '/methods/:factorId': 'method',
  '/sessions': 'sessions',
  '/security-history': 'history',
  '/stolen-phone': 'stolen',
};
/** Null: no part needs a script while changes are frozen. */
const needsFrozen: Record<string, string | null> = {
  '/': null,
  '/add': null,
  '/methods/:factorId': 'test',
  '/security-history': null,
  '/stolen-phone': 'sessions',
};

/** Returns a value for `no-script.text`. Only the server calls this, so browsers do not load these lists. */
export function findScripted(routeState: RouteState, client: QueryClient, signedIn: boolean): string | null {
  if (routeState.kind !== 'page' || complete.has(routeState.page.path)) return null;
  const { path } = routeState.page;
  const session = client.getQueryData(sessionQueries.current().queryKey);
  // For a signed-out reader, this page only has links.
  if (path === '/stolen-phone' && !signedIn) return null;
  // Only a script can answer the helpdesk's question.
  if (path === '/' && client.getQueryData(homeQueries.page().queryKey)?.questions.length) return 'question';
  const frozen = session?.frozen ? needsFrozen[path] : undefined;
  return frozen === undefined ? (needs[path] ?? 'page') : frozen;
}
