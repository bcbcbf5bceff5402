import { useQuery, useQueryClient } from '@tanstack/react-query';
import { type ReactElement, useCallback, useEffect, useEffectEvent, useState } from 'react';
import { addresses, ownPath, type SessionView } from '#contract/endpoints.ts';
import { now } from '../../api/client/clock.ts';
import { inBackground } from '../../api/client/background.ts';
import { sessionQueries } from '../../api/queries.ts';
import { request } from '../../api/client/request.ts';
import { sessionChannel, sessionState, useSessionState } from '../../api/client/session-state.ts';
import { Trans, useTranslate } from '../../i18n/translate.tsx';
import { useAnnounce } from '../../components/ui/announcer.tsx';
import { Countdown } from '../../components/ui/countdown.tsx';
import css from './session-expiry-warning.module.css';

/** How long before the session's end the warning appears, in milliseconds. */
const warning = 60_000;

const getEnd = ({ idleEndsAt, endsAt }: SessionView): number => Math.min(Date.parse(idleEndsAt), Date.parse(endsAt));

/**
 * Warns a minute before the session ends, and offers to stay signed in. Refetches the session shortly before its end,
 * when the person returns to the page, and when another tab signs out.
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
  /** Whether no call can extend the session any more. */
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
      // The person's calls may have moved the end. The effect then runs again with the new one.
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
    otherTabs.onmessage = () => void refreshSession();
    window.addEventListener('pageshow', onReturn);
    document.addEventListener('visibilitychange', onReturn);
    return () => {
      otherTabs.close();
      window.removeEventListener('pageshow', onReturn);
      document.removeEventListener('visibilitychange', onReturn);
    };
  }, [client, refreshSession]);

  if (!near || end === undefined || state !== 'active') return null;
  const stay = async (): Promise<void> => {
    try {
      // This is the cheapest call that keeps the session alive.
      await request('listSessions', { params: {} });
      await refreshSession();
      announce(t('app.session_expiry.stayed'));
    } catch {
      if (!(await refreshSession())) sessionState.set('ended');
    }
  };
  return (
    <section className={`panel ${css.warning}`} aria-label={t('app.session_expiry.label')}>
      <p>
        <Trans id="app.session_expiry.text" values={{ left: <Countdown until={new Date(end).toISOString()} /> }} />
      </p>
      {isLast ? (
        <a className="button" href={addresses.signIn(ownPath(window.location.pathname + window.location.search))}>
          {t('app.session_ended.sign_in')}
        </a>
      ) : (
        <button className="button" type="button" onClick={() => void stay()}>
          {t('app.session_expiry.stay')}
        </button>
      )}
    </section>
  );
}
