import { useSuspenseQuery } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import { Link, useLocation } from 'react-router';
import { rehearsalEnds, type RehearsalEnd } from '#contract/page.ts';
import { addresses, type Factor, type SupportedFactor } from '#contract/endpoints.ts';
import { homeQueries } from '../../../api/queries.ts';
import { isActive } from '../../../api/factor-status.ts';
import { FactorSummary } from '../../../components/factor/factor-summary.tsx';
import { FrozenNotice } from '../../../components/factor/frozen-notice.tsx';
import { factorUiOf } from '../../../components/factor/factor-ui.ts';
import { useMethodName } from '../../../components/factor/method-name.ts';
import { Heading } from '../../../components/ui/heading.tsx';
import { Chevron, RowBody } from '../../../components/ui/row.tsx';
import { useSettings } from '../../../components/settings.ts';
import { SupportLinks } from '../../../components/support-links.tsx';
import { useTranslate } from '../../../i18n/translate.tsx';
import { LostPhoneText } from './lost-phone-text.tsx';
import { LocationField } from './location-field.tsx';
import css from './lost-phone.module.css';

/** What a lost phone would mean: where each method is, and a sign-in without the phone to find out. */
export default function LostPhonePage(): ReactElement {
  const t = useTranslate();
  const { data: home } = useSuspenseQuery(homeQueries.page());
  const { search } = useLocation();
  const { lostPhone, session } = home;
  const factors = home.factors.filter(isActive);
  const end = rehearsalEnds.find((one) => one === new URLSearchParams(search).get('rehearsal'));
  if (!lostPhone)
    return (
      <>
        <Heading back="list" lead={t('lost-phone.none')}>
          {t('factors.lost_phone.heading')}
        </Heading>
        <Link className="button primary" to="/add">
          {t('factors.lost_phone.add')}
        </Link>
      </>
    );
  const spare = lostPhone.addNext && factorUiOf(lostPhone.addNext).enroll?.path;
  return (
    <>
      <Heading back="list" lead={<LostPhoneText {...lostPhone} />}>
        {t('factors.lost_phone.heading')}
      </Heading>
      {end && <Result end={end} tried={lostPhone.triedAt !== null} />}
      {session.frozen && <FrozenNotice />}
      {spare && !session.frozen && (
        <section>
          <Link className="button primary" to={spare}>
            {t('factors.lost_phone.add')}
          </Link>
        </section>
      )}
      {(spare || !lostPhone.stillWorks) && !session.frozen && <Spares catalog={home.catalog} />}
      {!lostPhone.stillWorks && (
        <section className="more">
          <h2>{t('lost-phone.then')}</h2>
          <div className="stack">
            <p>{t('lost-phone.then_about')}</p>
            <SupportLinks quiet />
            <p className="strong">{t('get-help.asks')}</p>
            <p>{t('get-help.asks_about')}</p>
            <p className="lead-small">{t('get-help.approver')}</p>
          </div>
        </section>
      )}
      <section className="more">
        <h2>{t('lost-phone.locations')}</h2>
        <p className="lead-small">{t('lost-phone.locations_about')}</p>
        <Locations factors={factors} frozen={session.frozen === true} />
      </section>
      {lostPhone.stillWorks && (
        <section className="more">
          <h2>{t('lost-phone.rehearsal')}</h2>
          <p>{t('lost-phone.rehearsal_about')}</p>
          <p className="lead-small">{t('lost-phone.rehearsal_changes')}</p>
          {factors.some(({ location }) => location?.at === 'unknown') ? (
            <p className="lead-small">{t('lost-phone.rehearsal_unknown')}</p>
          ) : (
            isAmbiguous(factors) && <p className="lead-small">{t('lost-phone.rehearsal_keys')}</p>
          )}
          <p>
            <a className={spare ? 'button' : 'button primary'} href={addresses.rehearsal}>
              {t('factors.lost_phone.try')}
            </a>
          </p>
        </section>
      )}
    </>
  );
}

/** What would help without the phone: what can be added here, and another device with Okta Verify, at Okta. */
function Spares({ catalog }: { catalog: readonly SupportedFactor[] }): ReactElement | null {
  const t = useTranslate();
  const { oktaSettingsUrl } = useSettings();
  const isOffered = (kind: SupportedFactor['kind']) => catalog.some((one) => one.kind === kind && !one.atOkta);
  const keys = isOffered('webauthn') ? '/add/webauthn' : null;
  const hasNumber = catalog.some(({ kind, status }) => kind === 'call' && status === 'ACTIVE');
  const ways = [
    { name: 'computer', icon: 'screen', to: keys },
    { name: 'key', icon: 'key', to: keys },
    { name: 'number', icon: 'call', to: isOffered('call') && !hasNumber ? '/add/call' : null },
    {
      name: 'device',
      icon: 'phone',
      href: catalog.some(({ kind }) => kind === 'okta-verify') ? oktaSettingsUrl : null,
    },
  ] as const;
  const offered = ways.filter((way) => ('to' in way ? way.to : way.href) !== null);
  if (offered.length === 0) return null;
  return (
    <section className="more">
      <h2>{t('lost-phone.spares')}</h2>
      <ul className="rows">
        {offered.map((way) => {
          const body = (
            <RowBody icon={way.icon} name={t(`lost-phone.spare.${way.name}`)} end={<Chevron />}>
              {t(`lost-phone.spare_about.${way.name}`)}
            </RowBody>
          );
          return (
            <li key={way.name}>
              {'to' in way ? (
                <Link className="row" to={way.to ?? ''}>
                  {body}
                </Link>
              ) : (
                <a className="row" href={way.href ?? ''} rel="noreferrer">
                  {body}
                </a>
              )}
            </li>
          );
        })}
      </ul>
    </section>
  );
}

function Locations({ factors, frozen }: { factors: readonly Factor[]; frozen: boolean }): ReactElement {
  const t = useTranslate();
  const nameOf = useMethodName();
  return (
    <ul className={`rows ${css.list}`}>
      {factors.map((factor) => (
        <li key={factor.id} className={`row ${css.row}`}>
          <RowBody icon={factorUiOf(factor.kind).icon} name={nameOf(factor)}>
            <FactorSummary factor={factor} />
          </RowBody>
          {factor.kind !== 'question' &&
            factor.location &&
            (frozen ? (
              <span className={css.location}>{t(`lost-phone.location.${factor.location.at}`)}</span>
            ) : (
              <LocationField factor={factor} location={factor.location} />
            ))}
        </li>
      ))}
    </ul>
  );
}

/** Whether some keys are on the phone and others not: Okta does not say which one was used. */
function isAmbiguous(factors: readonly Factor[]): boolean {
  const keys = factors.filter(({ strength }) => strength === 4);
  const onPhone = keys.filter(({ location }) => location?.at === 'phone').length;
  return onPhone > 0 && onPhone < keys.length;
}

/** How the rehearsal ended. The address alone does not claim a success: the server must know of one. */
function Result({ end, tried }: { end: RehearsalEnd; tried: boolean }): ReactElement | null {
  const t = useTranslate();
  const passed = end === 'passed';
  if (passed && !tried) return null;
  return (
    <section className={passed ? 'note good' : 'note caution'} aria-label={t('app.notice.label')}>
      <p className="note-head">{t(`lost-phone.end.${end}`)}</p>
      <p>{t(`lost-phone.end_about.${end}`)}</p>
    </section>
  );
}
