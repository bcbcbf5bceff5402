import type { ReactElement } from 'react';
import { addresses, ownPath, type SessionView } from '#contract/endpoints.ts';
import { request } from '../../api/client/request.ts';
import { sessionState } from '../../api/client/session-state.ts';
import { useAnnounce } from '../../components/ui/announcer.tsx';
import { Countdown } from '../../components/ui/countdown.tsx';
import { Trans, useTranslate } from '../../i18n/translate.tsx';
import css from './session-expiry-panel.module.css';

/** `end`: ms since 1970. `isLast`: no call extends the session any more. */
export default function SessionExpiryPanel({
  end,
  isLast,
  refreshSession,
}: {
  end: number;
  isLast: boolean;
  refreshSession: () => Promise<SessionView | undefined>;
}): ReactElement {
  const t = useTranslate();
  const announce = useAnnounce();
  const stay = async (): Promise<void> => {
    try {
      // The cheapest call that keeps the session alive.
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
