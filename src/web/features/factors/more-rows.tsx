import type { ReactElement, ReactNode } from 'react';
import { Link } from 'react-router';
import { addresses, type Home } from '#contract/endpoints.ts';
import type { IconName } from '../../components/ui/icon.tsx';
import { Chevron, RowBody } from '../../components/ui/row.tsx';
import { useTranslate } from '../../i18n/translate.tsx';

/** The other pages of a person: their phone, where they are signed in, and their history. */
export function MoreRows({ home: { factors, session } }: { home: Home }): ReactElement {
  const t = useTranslate();
  return (
    <section className="more">
      <h2 className="visually-hidden">{t('factors.list.more')}</h2>
      <ul className="rows">
        {factors.length > 0 && !session.frozen && (
          <MoreRow to="/new-phone" icon="phone" name={t('factors.new_phone.title')}>
            {t('factors.new_phone.about')}
          </MoreRow>
        )}
        <MoreRow to={addresses.stolenPhone} icon="shield" name={t('factors.stolen_phone.title')}>
          {t(session.frozen ? 'factors.stolen_phone.about_frozen' : 'factors.stolen_phone.about')}
        </MoreRow>
        <MoreRow to="/sessions" icon="screen" name={t('factors.list.sessions_heading')}>
          {t('factors.list.sessions_about')}
        </MoreRow>
        <MoreRow to="/security-history" icon="clock" name={t('factors.list.security_history_heading')}>
          {t('factors.list.security_history_about')}
        </MoreRow>
      </ul>
    </section>
  );
}

function MoreRow({
  to,
  icon,
  name,
  children,
}: {
  to: string;
  icon: IconName;
  name: string;
  children: ReactNode;
}): ReactElement {
  return (
    <li>
      <Link className="row" to={to}>
        <RowBody icon={icon} name={name} end={<Chevron />}>
          {children}
        </RowBody>
      </Link>
    </li>
  );
}
