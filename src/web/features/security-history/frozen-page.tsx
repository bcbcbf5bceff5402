import type { ReactElement } from 'react';
import { Link } from 'react-router';
import { Heading } from '../../components/ui/heading.tsx';
import { ChangePassword } from '../../components/factor/frozen-notice.tsx';
import { useTranslate } from '../../i18n/translate.tsx';
import { StolenPhoneSteps } from '../../components/stolen-phone-steps.tsx';
import { SupportLinks } from '../../components/support-links.tsx';

/** The page after a freeze. It shows the same for a valid and an invalid link. */
export default function FrozenPage(): ReactElement {
  const t = useTranslate();
  return (
    <>
      <Heading lead={t('freeze.done_lead')}>{t('freeze.done_heading')}</Heading>
      <div className="stack">
        <p>{t('freeze.done_next')}</p>
        <SupportLinks />
        <ChangePassword />
        <p>
          <Link to="/get-help">{t('problem.helpdesk')}</Link>
        </p>
        <p className="fine">{t('freeze.done_old')}</p>
        <StolenPhoneSteps />
      </div>
    </>
  );
}
