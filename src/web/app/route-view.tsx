import { useQueryClient } from '@tanstack/react-query';
import { type ReactElement, useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { useLocation, useNavigationType } from 'react-router';
import { isOutdated } from '../api/client/build.ts';
import { inBackground } from '../api/client/background.ts';
import { sessionState, useSessionState } from '../api/client/session-state.ts';
import { ProblemPage } from './errors/problem-page.tsx';
import { openRoute, type RouteState, titleOf } from './route-state.ts';
import { ErrorBoundary } from './errors/error-boundary.tsx';
import { useNotice } from '../components/ui/notice-provider.tsx';
import { RetryContext } from './errors/retry.ts';
import { Shell } from './layout/shell.tsx';
import { useLocale, useTranslate } from '../i18n/translate.tsx';

/**
 * Shows one route and changes it when the address changes: the old one stays until the new one has all it needs, so
 * that nothing half drawn is ever seen. Puts the focus on the new heading, as a page load would.
 */
export function RouteView({ initial, signedIn }: { initial: RouteState; signedIn: boolean }): ReactElement {
  const location = useLocation();
  const navigation = useNavigationType();
  const client = useQueryClient();
  const t = useTranslate();
  const locale = useLocale();
  const { onPageChange } = useNotice();
  const session = useSessionState();
  const [shown, setShown] = useState({ routeState: initial, location });
  const [waiting, setWaiting] = useState(false);
  const moved = useRef(false);

  useEffect(() => {
    // While the session is over the page waits beneath the prompt, and goes on when somebody has signed in again.
    if (location === shown.location || session === 'ended') return;
    if (isOutdated()) {
      window.location.reload();
      return;
    }
    let left = false;
    setWaiting(true);
    void openRoute(location.pathname, client, locale).then((routeState) => {
      if (left) return;
      setWaiting(false);
      // The prompt over the page says it better than a page in its place.
      if (signedIn && routeState.kind === 'problem' && routeState.problem.name === 'signed_out')
        return sessionState.set('ended');
      moved.current = location.pathname !== shown.location.pathname;
      setShown({ routeState, location });
    });
    return () => {
      left = true;
    };
  }, [location, shown.location, session, signedIn, client, locale]);

  useEffect(() => {
    document.title = t('app.title', { page: t(titleOf(shown.routeState, shown.location.pathname)) });
    if (!moved.current) return;
    moved.current = false;
    const back = navigation === 'POP';
    if (!back) window.scrollTo(0, 0);
    document.querySelector<HTMLElement>('main h1')?.focus({ preventScroll: back });
  }, [shown, navigation, t]);

  const { pathname } = shown.location;
  useEffect(() => onPageChange(), [pathname, onPageChange]);

  const retry = useCallback(
    async (how: 'asked' | 'by itself') => {
      const open = (): Promise<RouteState> => openRoute(shown.location.pathname, client, locale);
      const routeState = await (how === 'asked' ? open() : inBackground(open));
      moved.current = routeState.kind === 'page';
      setShown(({ location: same }) => ({ routeState, location: same }));
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
    <Shell signedIn={signedIn && session !== 'signed_out'} waiting={waiting}>
      <RetryContext value={retry}>
        <ErrorBoundary key={pathname} fallback={<ProblemPage problem={{ name: 'internal', status: 500 }} />}>
          {session === 'signed_out' ? <ProblemPage problem={{ name: 'signed_out', status: 401 }} /> : view}
        </ErrorBoundary>
      </RetryContext>
    </Shell>
  );
}
