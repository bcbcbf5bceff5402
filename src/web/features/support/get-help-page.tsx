import type { ReactElement } from 'react';
import { Link } from 'react-router';
import { addresses } from '#contract/endpoints.ts';
import { useFrozen } from '../../flows/freeze/frozen-notice.tsx';
import { Heading } from '../../components/ui/heading.tsx';
import { NeverReadOut } from '../../components/code/never-read-out.tsx';
import { useTranslate } from '../../i18n/translate.tsx';
import { SupportLinks } from '../../components/support-links.tsx';

export default function GetHelpPage(): ReactElement {
  const t = useTranslate();
  const isFrozen = useFrozen();
  return (
    <>
      <Heading back="list" lead={t('get-help.lead')}>
        {t('get-help.title')}
      </Heading>
      <div className="stack">
        <SupportLinks />
        <section className="more">
          <h2>{t('factors.stolen_phone.title')}</h2>
          <p>{t(isFrozen ? 'factors.stolen_phone.about_frozen' : 'get-help.stolen_phone')}</p>
          <p>
            <Link className="button" to={addresses.stolenPhone}>
              {t('get-help.stolen_phone_go')}
            </Link>
          </p>
        </section>
        {!isFrozen && (
          <section className="more">
            <h2>{t('factors.new_phone.title')}</h2>
            <p>{t('get-help.new_phone')}</p>
            <p>
              {/* A plain link: for a person who is not signed in, the server shows the sign-in page. */}
              <a className="button" href="/new-phone">
                {t('factors.new_phone.go')}
              </a>
            </p>
          </section>
        )}
        <section className="more">
          <p>{t(isFrozen ? 'problem.stuck.frozen' : 'problem.stuck.okta')}</p>
          <p>{t('get-help.approver')}</p>
        </section>
        <section>
          <h2>{t('get-help.asks')}</h2>
          <p>{t('get-help.asks_about')}</p>
        </section>
        <section className="more">
          <h2>{t('get-help.never')}</h2>
          <p>{t('get-help.never_about')}</p>
          <NeverReadOut quiet={false} />
        </section>
      </div>
    </>
  );
}
