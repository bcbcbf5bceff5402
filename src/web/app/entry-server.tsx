import { dehydrate, QueryClient } from '@tanstack/react-query';
import { renderToString } from 'react-dom/server';
import { StaticRouter } from 'react-router';
import { ApiError } from '#contract/errors.ts';
import type { CreatePageRenderer, PageAnswer, PageBuild, PageRequest } from '#contract/page.ts';
import { ownPath } from '#contract/endpoints.ts';
import { App } from './app.tsx';
import { setCallEndpoint } from '../api/client/call-endpoint.ts';
import { formQueries, sessionQueries, signInQueries } from '../api/queries.ts';
import { matchPage } from './pages.ts';
import { setNow } from '../api/client/clock.ts';
import type { PageData } from './page-data.ts';
import { signedOut, toProblem } from './errors/problem.ts';
import { openRoute, problemRoute, type RouteState, getCatalogPart, getTitle } from './route-state.ts';
import { fillDocument } from './document.ts';
import { findScripted } from './needs-script.ts';
import { type Locale, sourceLocale } from '#contract/locale/locales.ts';
import { isHelpdeskPath } from '../i18n/english-pages.ts';
import { loadAllMessages } from '../i18n/load-messages.ts';
import { createTranslate } from '../i18n/translate.tsx';

export const createRenderer: CreatePageRenderer = (build) => (request) => render(build, request);

/** If a call fails, the result is a problem page with the call's status. */
async function render(build: PageBuild, request: PageRequest): Promise<PageAnswer> {
  const client = new QueryClient({ defaultOptions: { queries: { retry: false, networkMode: 'always' } } });
  setCallEndpoint(client, async (name, params, _signal, query) => {
    try {
      return await request.call(name, params, query);
    } catch (error) {
      throw rebuildApiError(error);
    }
  });
  if (request.down && !request.signedIn) client.setQueryData(signInQueries.down().queryKey, request.down);
  if (request.formResult) client.setQueryData(formQueries.result().queryKey, request.formResult);
  const { pathname, search } = parseAddress(request.url);
  const locale = isHelpdeskPath(pathname) ? sourceLocale : request.locale;
  const [routeState] = await Promise.all([
    routeFor({ ...request, locale }, { pathname, search }, client),
    loadAllMessages(locale),
  ]);

  const signedIn = request.signedIn && !(routeState.kind === 'problem' && routeState.problem.name === 'signed_out');
  const data: PageData = {
    build: request.build,
    locale,
    now: request.now,
    signedIn,
    formToken: signedIn ? request.formToken : null,
    settings: request.settings,
    problem: routeState.kind === 'problem' ? routeState.problem : null,
    queries: dehydrate(client, { shouldDehydrateQuery: ({ state }) => state.data !== undefined }),
  };
  // Rendering is synchronous, so the whole page sees one time.
  setNow(request.now);
  const page = renderToString(
    <StaticRouter location={pathname + search}>
      <App client={client} data={data} routeState={routeState} />
    </StaticRouter>,
  );
  const t = createTranslate(locale);
  const scripted = findScripted(routeState, client, signedIn);
  const html = fillDocument(build, {
    locale,
    title: getTitle(routeState, { pathname, search }, client, t, request.settings.orgName),
    page,
    notReady: t('app.shell.not_ready'),
    noScript: scripted === null ? null : { text: t('no-script.text', { scripted }), help: t('get-help.title') },
    data,
    style: request.style,
    needs:
      routeState.kind === 'page' ? { source: routeState.page.source, part: getCatalogPart(routeState.page) } : null,
  });
  client.clear();
  return {
    status: getStatus(routeState, pathname),
    headers: createHeaders(routeState, request.now, locale),
    html,
    path: matchPage(pathname)?.page.path ?? null,
  };
}

/** Parses as browsers do. `URL.parse(url, base)` would read a path that begins with `//` as a host. */
function parseAddress(url: string): { pathname: string; search: string } {
  return URL.parse(`https://latchkey.invalid${url.startsWith('/') ? '' : '/'}${url}`) ?? { pathname: '/', search: '' };
}

async function routeFor(
  request: PageRequest,
  { pathname, search }: { pathname: string; search: string },
  client: QueryClient,
): Promise<RouteState> {
  // The header of a public page shows who is signed in. If this call fails, the page still opens.
  const fetchSession = (): Promise<void> =>
    request.signedIn ? client.prefetchQuery(sessionQueries.current()) : Promise.resolve();
  if (request.problem) {
    await fetchSession();
    const { problem } = request;
    const answered = toProblem(
      problem.kind === 'error' ? { ...problem, error: rebuildApiError(problem.error) as ApiError } : problem,
    );
    const signIn = pathname.startsWith('/auth/') && { signIn: ownPath(new URLSearchParams(search).get('returnTo')) };
    return problemRoute({ ...answered, ...signIn });
  }
  const match = matchPage(pathname);
  if (match && match.page.who !== 'anyone')
    return request.signedIn ? openRoute(pathname, client, request.locale) : problemRoute(signedOut);
  await fetchSession();
  return openRoute(pathname, client, request.locale);
}

/** `instanceof` is false for the BFF's copy of the class, so the error is rebuilt with this bundle's copy. */
function rebuildApiError(error: unknown): unknown {
  if (error instanceof ApiError || !(error instanceof Error) || error.name !== 'ApiError') return error;
  const { code, details, requestId } = error as ApiError;
  const rebuilt = new ApiError(code, details, { cause: error });
  rebuilt.requestId = requestId;
  return rebuilt;
}

function getStatus(routeState: RouteState, pathname: string): number {
  if (routeState.kind === 'page') return 200;
  // For a reader who is not signed in, `/` is the welcome page and no error.
  return routeState.problem.name === 'signed_out' && pathname === '/' ? 200 : routeState.problem.status;
}

function createHeaders(routeState: RouteState, now: number, locale: Locale): PageAnswer['headers'] {
  const headers: PageAnswer['headers'] = {
    'content-type': 'text/html; charset=utf-8',
    'content-language': locale,
    vary: 'accept-language, cookie',
  };
  if (routeState.kind === 'problem' && routeState.problem.retryAt) {
    const seconds = Math.max(1, Math.ceil((Date.parse(routeState.problem.retryAt) - now) / 1000));
    headers['retry-after'] = String(seconds);
  }
  return headers;
}
