import { useQuery } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import { Link } from 'react-router';
import { addresses } from '#contract/endpoints.ts';
import { formQueries, getSignOutPlace } from '../../api/queries.ts';
import { useSettings } from '../../components/settings.ts';
import { Heading } from '../../components/ui/heading.tsx';
import { HelpdeskLink } from '../../components/links.tsx';
import { useTranslate } from '../../i18n/translate.tsx';

export default function SignedOutPage(): ReactElement {
  const t = useTranslate();
  const { data: result } = useQuery(formQueries.result());
  const where = getSignOutPlace(result);
  const { oktaSettingsUrl } = useSettings();
  return (
    <>
      <Heading lead={t(`signed-out.${where}_lead`)}>{t(`signed-out.${where}`)}</Heading>
      {where === 'here' && oktaSettingsUrl !== null && (
        <p>
          <a href={oktaSettingsUrl} rel="noreferrer">
            {t('signed-out.okta')}
          </a>
        </p>
      )}
      <div className="actions">
        <a className="button primary" href={addresses.signIn('/')}>
          {t('signed-out.again')}
        </a>
        <a className="text-button" href={addresses.signIn('/new-phone')}>
          {t('factors.new_phone.go')}
        </a>
        <Link className="text-button" to={addresses.stolenPhone}>
          {t('factors.stolen_phone.title')}
        </Link>
        <HelpdeskLink className="text-button" />
      </div>
    </>
  );
}
