import { useQueryClient } from '@tanstack/react-query';
import { type ReactElement, useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { useLocation, useNavigationType } from 'react-router';
import { isOutdated } from './client/build.ts';
import { quietly } from './client/quiet.ts';
import { sessionState, useSessionState } from './client/session-end.ts';
import { ProblemPage } from './pages/problem.tsx';
import { openScene, type Scene, titleOf } from './scene.ts';
import { CrashGuard } from './ui/crash-guard.tsx';
import { useNotice } from './ui/notice-keeper.tsx';
import { RetryContext } from './ui/retry.ts';
import { Shell } from './ui/shell.tsx';
import { useTranslate } from './i18n/translate.tsx';

/**
 * Shows one scene and changes it when the address changes: the old one stays until the new one has all it needs, so
 * that nothing half drawn is ever seen. Puts the focus on the new heading, as a page load would.
 */
export function Stage({ first, signedIn }: { first: Scene; signedIn: boolean }): ReactElement {
  const location = useLocation();
  const navigation = useNavigationType();
  const client = useQueryClient();
  const t = useTranslate();
  const { turn } = useNotice();
  const session = useSessionState();
  const [shown, setShown] = useState({ scene: first, location });
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
    void openScene(location.pathname, client).then((scene) => {
      if (left) return;
      setWaiting(false);
      // The prompt over the page says it better than a page in its place.
      if (signedIn && scene.kind === 'problem' && scene.problem.name === 'signed_out') return sessionState.set('ended');
      moved.current = location.pathname !== shown.location.pathname;
      setShown({ scene, location });
    });
    return () => {
      left = true;
    };
  }, [location, shown.location, session, signedIn, client]);

  useEffect(() => {
    document.title = t('title', { page: t(titleOf(shown.scene, shown.location.pathname)) });
    if (!moved.current) return;
    moved.current = false;
    const back = navigation === 'POP';
    if (!back) window.scrollTo(0, 0);
    document.querySelector<HTMLElement>('main h1')?.focus({ preventScroll: back });
  }, [shown, navigation, t]);

  const { pathname } = shown.location;
  useEffect(() => turn(), [pathname, turn]);

  const retry = useCallback(
    async (how: 'asked' | 'by itself') => {
      const open = (): Promise<Scene> => openScene(shown.location.pathname, client);
      const scene = await (how === 'asked' ? open() : quietly(open));
      moved.current = scene.kind === 'page';
      setShown(({ location: same }) => ({ scene, location: same }));
      return scene.kind === 'page';
    },
    [shown.location, client],
  );

  const { scene } = shown;
  const view = useMemo(
    () =>
      scene.kind === 'page' ? (
        <scene.Component key={pathname} params={scene.params} />
      ) : (
        <ProblemPage problem={scene.problem} />
      ),
    [scene, pathname],
  );
  return (
    <Shell signedIn={signedIn && session !== 'left'} waiting={waiting}>
      <RetryContext value={retry}>
        <CrashGuard key={pathname} instead={<ProblemPage problem={{ name: 'internal', status: 500 }} />}>
          {session === 'left' ? <ProblemPage problem={{ name: 'signed_out', status: 401 }} /> : view}
        </CrashGuard>
      </RetryContext>
    </Shell>
  );
}
