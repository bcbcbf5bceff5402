import { useQuery, useQueryClient } from '@tanstack/react-query';
import { type ReactElement, useCallback, useEffect, useEffectEvent, useState } from 'react';
import type { SessionView } from '#contract/endpoints.ts';
import { now } from '../../api/client/clock.ts';
import { inBackground } from '../../api/client/background.ts';
import { sessionQueries } from '../../api/queries.ts';
import { frozenHere, sessionChannel, useSessionState } from '../../api/client/session-state.ts';
import { useTranslate } from '../../i18n/translate.tsx';
import { useAnnounce } from '../../components/ui/announcer.tsx';
import { useLazyComponent } from '../../components/use-lazy-component.ts';

const loadPanel = () => import('./session-expiry-panel.tsx');

/** In ms before the session's end. */
const warning = 60_000;

const getEnd = ({ idleEndsAt, endsAt }: SessionView): number => Math.min(Date.parse(idleEndsAt), Date.parse(endsAt));

/**
 * Refetches the session shortly before its end, when the person returns to the page, and when another tab signs out.
 */
export function SessionExpiryWarning(): ReactElement | null {
  const t = useTranslate();
  const announce = useAnnounce();
  const client = useQueryClient();
  const state = useSessionState();
  const { data: session } = useQuery({ ...sessionQueries.current(), enabled: false });
  const [near, setNear] = useState(false);

  const refreshSession = useCallback(
    () => inBackground(() => client.fetchQuery({ ...sessionQueries.current(), staleTime: 0 })).catch(() => undefined),
    [client],
  );

  const end = session && getEnd(session);
  /** No call can extend the session any more. */
  const isLast = session !== undefined && Date.parse(session.idleEndsAt) >= Date.parse(session.endsAt);

  const warn = useEffectEvent(() => {
    setNear(true);
    announce(t(isLast ? 'app.session_expiry.announce_last' : 'app.session_expiry.announce'));
  });
  useEffect(() => {
    if (end === undefined || state !== 'active') return;
    const left = end - now();
    const endTimer = setTimeout(() => void refreshSession(), Math.max(0, left) + 1000);
    let warningTimer: ReturnType<typeof setTimeout> | undefined;
    if (left <= warning) warn();
    else {
      setNear(false);
      // The person's calls may have moved the end. Then the effect runs again with the new end.
      warningTimer = setTimeout(
        () => void refreshSession().then((fresh) => fresh && getEnd(fresh) === end && warn()),
        left - warning,
      );
    }
    return () => {
      clearTimeout(endTimer);
      clearTimeout(warningTimer);
    };
  }, [end, state, refreshSession]);

  useEffect(() => {
    const onReturn = (event: Event): void => {
      const restored = event.type === 'pageshow' && (event as PageTransitionEvent).persisted;
      if (!restored && (event.type === 'pageshow' || document.visibilityState !== 'visible')) return;
      void refreshSession();
      void inBackground(() => client.refetchQueries({ type: 'active', stale: true }));
    };
    const otherTabs = new BroadcastChannel(sessionChannel);
    otherTabs.onmessage = async ({ data }) => frozenHere.set(!(await refreshSession()) && data === 'frozen');
    window.addEventListener('pageshow', onReturn);
    document.addEventListener('visibilitychange', onReturn);
    return () => {
      otherTabs.close();
      window.removeEventListener('pageshow', onReturn);
      document.removeEventListener('visibilitychange', onReturn);
    };
  }, [client, refreshSession]);

  const isShown = near && end !== undefined && state === 'active';
  // Loaded on demand, because few sessions get close to their end.
  const { Component: Panel } = useLazyComponent(isShown ? loadPanel : undefined);
  return isShown && Panel ? <Panel end={end} isLast={isLast} refreshSession={refreshSession} /> : null;
}
