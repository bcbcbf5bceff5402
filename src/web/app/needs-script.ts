import type { QueryClient } from '@tanstack/react-query';
import { homeQueries, sessionQueries } from '../api/queries.ts';
import type { RouteState } from './route-state.ts';

/** Pages that need no script: they contain only links and the forms that freeze and sign out. */
const complete = new Set(['/get-help', '/sign-out', '/signed-out', '/freeze/:token', '/frozen']);
const needs: Record<string, string> = {
  '/': 'list',
  '/add': 'list',
  '/methods/:factorId': 'method',
  '/sessions': 'sessions',
  '/security-history': 'history',
  '/stolen-phone': 'stolen',
};
/** The part of a page that needs a script while changes are frozen; null if no part does. */
const needsFrozen: Record<string, string | null> = {
  '/': null,
  '/add': null,
  '/methods/:factorId': 'test',
  '/security-history': null,
  '/stolen-phone': 'sessions',
};

/**
 * Names the part of a page that needs a script, as a value for `no-script.text`; null if no part does. Only the server
 * calls this function, so browsers do not load the list.
 */
export function findScripted(routeState: RouteState, client: QueryClient, signedIn: boolean): string | null {
  if (routeState.kind !== 'page' || complete.has(routeState.page.path)) return null;
  const { path } = routeState.page;
  const session = client.getQueryData(sessionQueries.current().queryKey);
  // For a reader who is not signed in, this page only has links.
  if (path === '/stolen-phone' && !signedIn) return null;
  // Only a script can answer the helpdesk's question.
  if (path === '/' && client.getQueryData(homeQueries.page().queryKey)?.questions.length) return 'question';
  const frozen = session?.frozen ? needsFrozen[path] : undefined;
  return frozen === undefined ? (needs[path] ?? 'page') : frozen;
}
