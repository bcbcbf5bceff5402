import type { ReactElement } from 'react';
import { Link } from 'react-router';
import { ChangePassword } from '../../../components/factor/frozen-notice.tsx';
import { useSettings } from '../../../components/settings.ts';
import { useTranslate } from '../../../i18n/translate.tsx';
import { SessionEndOffer } from '../../../flows/session-end/session-end-offer.tsx';

/** What comes first when somebody else may have the phone: end all sessions, the password, and a freeze. */
export function AwayPhone({ phone }: { phone: 'lost' | 'stolen' }): ReactElement {
  const t = useTranslate();
  const { oktaSettingsUrl } = useSettings();
  return (
    <section className="note caution">
      <p className="note-head">{t(`new-phone.${phone}_first`)}</p>
      <p>{t('new-phone.away_sessions')}</p>
      <SessionEndOffer />
      <p>
        {t('new-phone.away_okta')}{' '}
        {oktaSettingsUrl && (
          <a href={oktaSettingsUrl} rel="noreferrer">
            {t('new-phone.away_okta_go')}
          </a>
        )}
      </p>
      {phone === 'stolen' && (
        <>
          <ChangePassword />
          <p>{t('new-phone.freeze')}</p>
          <p>
            <Link className="button" to="/security-history">
              {t('new-phone.freeze_go')}
            </Link>
          </p>
        </>
      )}
    </section>
  );
}
