import type { ReactElement, ReactNode } from 'react';
import { Link } from 'react-router';
import { addresses, type Home } from '#contract/endpoints.ts';
import { isActive } from '../../../api/factor-status.ts';
import { kindNames } from '../../../components/factor/method-name.ts';
import { deviceName } from '../../../components/ui/device-name.ts';
import { Icon, type IconName } from '../../../components/ui/icon.tsx';
import { RelativeTime } from '../../../components/ui/relative-time.tsx';
import { Chevron, RowBody } from '../../../components/ui/row.tsx';
import { useFormats } from '../../../i18n/format.ts';
import { Trans, useTranslate } from '../../../i18n/translate.tsx';
import css from './list.module.css';

export function PhoneRow({ home: { factors, session } }: { home: Home }): ReactElement {
  const t = useTranslate();
  if (session.frozen || !factors.some(isActive))
    return (
      <ul className={`rows ${css.phone}`}>
        <li>
          <PhoneLink to={addresses.stolenPhone} icon="phone" name={t('factors.stolen_phone.title')}>
            {t(session.frozen ? 'factors.stolen_phone.about_frozen' : 'factors.stolen_phone.about')}
          </PhoneLink>
        </li>
      </ul>
    );
  return (
    <details className={`rows ${css.phone}`}>
      <summary className="row">
        <Icon name="phone" />
        <span className="row-text row-title">{t('factors.list.phone')}</span>
        <Chevron />
      </summary>
      <ul>
        <li>
          <PhoneLink to={addresses.stolenPhone} name={t('factors.stolen_phone.title')}>
            {t('factors.stolen_phone.about')}
          </PhoneLink>
        </li>
        <li>
          <PhoneLink to="/new-phone" name={t('factors.new_phone.go')}>
            {t('factors.new_phone.about')}
          </PhoneLink>
        </li>
      </ul>
    </details>
  );
}

function PhoneLink({
  to,
  icon,
  name,
  children,
}: {
  to: string;
  icon?: IconName | undefined;
  name: string;
  children: ReactNode;
}): ReactElement {
  return (
    <Link className="row" to={to}>
      <RowBody icon={icon} name={name} end={<Chevron />}>
        {children}
      </RowBody>
    </Link>
  );
}

export function MoreLinks({ home: { others, lastChange } }: { home: Home }): ReactElement {
  const t = useTranslate();
  const { list } = useFormats();
  const where = (others[0] && deviceName(t, others[0])) ?? 'unknown';
  return (
    <ul className={css.links}>
      <li>
        <Link to="/sessions">{t('factors.list.sessions_heading')}</Link>
        <span className="fine">{t('factors.list.sessions_about', { count: others.length, where })}</span>
      </li>
      <li>
        <Link to="/security-history">{t('factors.list.security_history_heading')}</Link>
        <span className="fine">
          {lastChange ? (
            <Trans
              id="factors.list.last_change"
              values={{
                event: lastChange.event.split('.').at(-1)!,
                what: kindNames(t, lastChange.kind ?? '', list),
                when: <RelativeTime iso={lastChange.at} />,
              }}
            />
          ) : (
            t('factors.list.security_history_about')
          )}
        </span>
      </li>
    </ul>
  );
}
