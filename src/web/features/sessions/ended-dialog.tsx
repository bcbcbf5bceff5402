import { useQueryClient } from '@tanstack/react-query';
import { type ReactElement, useEffect, useRef, useSyncExternalStore } from 'react';
import { addresses, ownPath } from '#contract/endpoints.ts';
import { inBackground } from '../../api/client/background.ts';
import { sessionQueries } from '../../api/queries.ts';
import { frozenHere, sessionState } from '../../api/client/session-state.ts';
import { EnglishLink } from '../../i18n/english-link.tsx';
import { useTranslate } from '../../i18n/translate.tsx';
import css from './ended-dialog.module.css';

/** Covers the page, which keeps what the person typed, and closes after a sign-in in another tab. */
export default function EndedDialog(): ReactElement {
  const t = useTranslate();
  const client = useQueryClient();
  const dialog = useRef<HTMLDialogElement>(null);
  const frozen = useSyncExternalStore(frozenHere.subscribe, frozenHere.get, () => false);

  useEffect(() => {
    dialog.current?.showModal();
    const login = client.getQueryData(sessionQueries.current().queryKey)?.user.login;
    const checkSession = async (): Promise<void> => {
      if (document.visibilityState !== 'visible') return;
      try {
        const session = await inBackground(() => client.fetchQuery({ ...sessionQueries.current(), staleTime: 0 }));
        if (login !== undefined && session.user.login !== login) window.location.reload();
        sessionState.set('active');
        void client.invalidateQueries();
      } catch {
        // Nobody has signed in since, or the portal did not answer. The dialog stays.
      }
    };
    const onVisible = (): void => void checkSession();
    document.addEventListener('visibilitychange', onVisible);
    return () => document.removeEventListener('visibilitychange', onVisible);
  }, [client]);

  return (
    <dialog
      ref={dialog}
      className={`panel ${css.dialog}`}
      aria-labelledby="ended-heading"
      aria-describedby="ended-text"
      onCancel={(event) => event.preventDefault()}
    >
      <h2 id="ended-heading">{t('app.session_ended.heading')}</h2>
      <p id="ended-text">{t(frozen ? 'app.session_ended.frozen' : 'app.session_ended.text')}</p>
      <div className="actions">
        <a
          className="button primary"
          href={addresses.signIn(ownPath(window.location.pathname + window.location.search))}
        >
          {t('app.session_ended.sign_in')}
        </a>
        <EnglishLink />
      </div>
    </dialog>
  );
}
