import { useQueryClient } from '@tanstack/react-query';
import { type ReactElement, useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react';
import { useLocation, useNavigationType } from 'react-router';
import { isOutdated } from '../api/client/build.ts';
import { inBackground } from '../api/client/background.ts';
import { sessionState, useSessionState } from '../api/client/session-state.ts';
import { ProblemPage } from './errors/problem-page.tsx';
import { openRoute, type RouteState, getTitle } from './route-state.ts';
import { ErrorBoundary } from './errors/error-boundary.tsx';
import { isReachable } from '../api/client/reachable.ts';
import { useSettings } from '../components/settings.ts';
import { useAnnounce } from '../components/ui/announcer.tsx';
import { useNotice } from '../components/ui/notice-provider.tsx';
import { RetryContext } from './errors/retry.ts';
import { Shell } from './layout/shell.tsx';
import { sourceLocale } from '#contract/locale/locales.ts';
import { isHelpdeskPath } from '../i18n/english-pages.ts';
import { useLocale, useTranslate } from '../i18n/translate.tsx';

/** When the address changes, the old route stays on the screen until the new route's code and data have loaded. */
export function RouteView({ initial, signedIn }: { initial: RouteState; signedIn: boolean }): ReactElement {
  const location = useLocation();
  const navigationType = useNavigationType();
  const client = useQueryClient();
  const t = useTranslate();
  const locale = useLocale();
  const { orgName } = useSettings();
  const { onPageChange } = useNotice();
  const announce = useAnnounce();
  const session = useSessionState();
  // For a signed-out reader, a call that gets a 401 must not stop the change of address.
  const hasEnded = signedIn && session === 'ended';
  const [shown, setShown] = useState({ routeState: initial, location, navigationType });
  const [waiting, setWaiting] = useState(false);
  const isNewPage = useRef(false);

  useEffect(() => {
    // A change of address waits until the person has signed in again.
    if (location === shown.location || hasEnded) return;
    // A document has one language, and the helpdesk's pages exist only in English.
    if (isOutdated() || (locale !== sourceLocale && isHelpdeskPath(location.pathname))) {
      window.location.reload();
      return;
    }
    let left = false;
    setWaiting(true);
    void openRoute(location.pathname, client, locale).then((routeState) => {
      if (left) return;
      setWaiting(false);
      // The dialog of `SessionEnded` covers the page, so no problem page is needed.
      if (signedIn && routeState.kind === 'problem' && routeState.problem.name === 'signed_out')
        return sessionState.set('ended');
      isNewPage.current = location.pathname !== shown.location.pathname;
      setShown({ routeState, location, navigationType });
    });
    return () => {
      left = true;
    };
  }, [location, navigationType, shown.location, hasEnded, signedIn, client, locale]);

  useEffect(() => {
    let title: string | undefined;
    const show = (): void => {
      const next = getTitle(shown.routeState, shown.location, client, t, orgName);
      if (next !== title) document.title = title = next;
    };
    show();
    // The title contains a name, which may change while the page is shown.
    return client.getQueryCache().subscribe(show);
  }, [shown, client, t, orgName]);

  useEffect(() => {
    if (!isNewPage.current) return;
    isNewPage.current = false;
    // After Back or Forward, the browser restores the scroll position itself.
    const isTraversal = shown.navigationType === 'POP';
    if (!isTraversal) window.scrollTo(0, 0);
    document.querySelector<HTMLElement>('main h1')?.focus({ preventScroll: isTraversal });
  }, [shown]);

  const { pathname } = shown.location;
  useEffect(() => onPageChange(), [pathname, onPageChange]);
  // A layout effect, because it must run before the effects with which the new page announces something.
  useLayoutEffect(() => void announce(''), [pathname, announce]);

  const retry = useCallback(
    async (how: 'asked' | 'by itself') => {
      const open = (): Promise<RouteState> => openRoute(shown.location.pathname, client, locale);
      const routeState = await (how === 'asked' ? open() : inBackground(open));
      // A browser remembers that a module failed to load. Only a reload fetches the module again.
      if (routeState.kind === 'problem' && routeState.problem.name === 'network' && (await isReachable()))
        window.location.reload();
      isNewPage.current = routeState.kind === 'page';
      setShown((before) => ({ ...before, routeState }));
      return routeState.kind === 'page';
    },
    [shown.location, client, locale],
  );

  const { routeState } = shown;
  const view = useMemo(
    () =>
      routeState.kind === 'page' ? (
        <routeState.Component key={pathname} params={routeState.params} />
      ) : (
        <ProblemPage problem={routeState.problem} />
      ),
    [routeState, pathname],
  );
  return (
    <Shell signedIn={signedIn && session !== 'signed_out'} waiting={waiting} isStaff={isHelpdeskPath(pathname)}>
      <RetryContext value={retry}>
        <ErrorBoundary key={pathname} fallback={<ProblemPage problem={{ name: 'internal', status: 500 }} />}>
          {session === 'signed_out' ? <ProblemPage problem={{ name: 'signed_out', status: 401 }} /> : view}
        </ErrorBoundary>
      </RetryContext>
    </Shell>
  );
}
