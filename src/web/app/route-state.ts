import type { QueryClient } from '@tanstack/react-query';
import type { ComponentType } from 'react';
import { NetworkError } from '../api/client/network-error.ts';
import { sessionQueries } from '../api/queries.ts';
import type { PageProps, Params } from '../components/page-props.ts';
import type { PageData } from './page-data.ts';
import { matchPage, type Page, type PageQuery } from './pages.ts';
import { notFound, type Problem, classifyError } from './errors/problem.ts';
import { isMoving } from '../features/factors/enrollment/return-link.ts';
import type { Locale } from '#contract/locale/locales.ts';
import { isHelpdeskPath } from '../i18n/english-pages.ts';
import { type CatalogPart, loadMessages } from '../i18n/load-messages.ts';
import type { Translate } from '../i18n/translate.tsx';

export type RouteState =
  | { kind: 'page'; page: Page; params: Params; Component: ComponentType<PageProps> }
  | { kind: 'problem'; problem: Problem };

/** At `/`, a signed-out reader gets the welcome page's title. */
export function getTitle(
  routeState: RouteState,
  { pathname, search }: { pathname: string; search: string },
  client: QueryClient,
  t: Translate,
  org: string,
): string {
  if (routeState.kind === 'page') {
    const { page, params } = routeState;
    const own = typeof page.title === 'function' ? page.title(client) : page.title;
    const title = (isMoving(search) && page.replaceTitle) || own;
    return t('app.title', { org, page: t(title, page.named && { name: page.named(client, params, t) }) });
  }
  const { name } = routeState.problem;
  const isWelcome = name === 'signed_out' && pathname === '/';
  return t('app.title', { org, page: t(isWelcome ? 'problem.welcome.heading' : `problem.${name}.heading`) });
}

export const problemRoute = (problem: Problem): RouteState => ({ kind: 'problem', problem });

/**
 * Never rejects: a failure resolves to a problem route. Fetches again only data that is missing, or that a change has
 * invalidated.
 */
export async function openRoute(pathname: string, client: QueryClient, locale: Locale): Promise<RouteState> {
  const match = matchPage(pathname);
  if (!match) return problemRoute(notFound);
  const { page, params } = match;
  try {
    const [[module]] = await Promise.all([
      Promise.all([page.load(), loadMessages(locale, getCatalogPart(page))]).catch((cause: unknown) => {
        // For the person, a module that failed to load is a network problem.
        throw new NetworkError('offline', { cause });
      }),
      ...page.queries(params).map((query) => fetchUnlessFresh(client, query)),
      ...optionalQueries(page, client).map((query) => client.prefetchQuery(query)),
    ]);
    await Promise.all((module.queries?.(params) ?? []).map((query) => fetchUnlessFresh(client, query)));
    return { kind: 'page', page, params, Component: module.default };
  } catch (error) {
    return problemRoute(classifyError(error));
  }
}

const optionalQueries = ({ whenSignedIn }: Page, client: QueryClient): PageQuery[] =>
  whenSignedIn && client.getQueryData(sessionQueries.current().queryKey) ? whenSignedIn() : [];

export function getCatalogPart({ path, source }: Page): CatalogPart {
  if (isHelpdeskPath(path)) return 'helpdesk';
  return source ? 'people' : 'list';
}

/** Also loads the messages of the rendered route, because hydration needs them. */
export async function startRoute(data: PageData, pathname: string, client: QueryClient): Promise<RouteState> {
  const [routeState] = await Promise.all([
    data.problem ? problemRoute(data.problem) : openRoute(pathname, client, data.locale),
    loadMessages(data.locale, 'list'),
  ]);
  return routeState;
}

async function fetchUnlessFresh(client: QueryClient, query: PageQuery): Promise<void> {
  const state = client.getQueryState(query.queryKey);
  if (state?.data !== undefined && !state.isInvalidated) return;
  await client.fetchQuery(query);
}
