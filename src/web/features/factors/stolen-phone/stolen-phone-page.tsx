import { useQuery } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import { addresses } from '#contract/endpoints.ts';
import { formQueries, sessionQueries } from '../../../api/queries.ts';
import { FrozenNotice } from '../../../flows/freeze/frozen-notice.tsx';
import { useSignedIn } from '../../../components/form-token.tsx';
import { SignInAction } from '../../../components/sign-in.tsx';
import { StolenPhoneSteps } from '../../../components/stolen-phone-steps.tsx';
import { SupportLinks } from '../../../components/support-links.tsx';
import { Heading } from '../../../components/ui/heading.tsx';
import { useTranslate } from '../../../i18n/translate.tsx';
import { Sessions, SignedIn } from './signed-in.tsx';

export default function StolenPhonePage(): ReactElement {
  const t = useTranslate();
  const signedIn = useSignedIn();
  const { data: result } = useQuery(formQueries.result());
  // Undefined while Okta does not answer.
  const { data: session } = useQuery({ ...sessionQueries.current(), enabled: false });
  return (
    <>
      <Heading back={signedIn ? 'list' : undefined} lead={t('stolen-phone.lead')}>
        {t('factors.stolen_phone.title')}
      </Heading>
      {signedIn && result?.form === 'stale' && <p className="note caution">{t('stolen-phone.stale')}</p>}
      {session?.frozen ? (
        <>
          <FrozenNotice />
          <div className="stack">
            <SupportLinks />
            <Sessions />
          </div>
        </>
      ) : signedIn ? (
        <SignedIn />
      ) : (
        <SignedOut />
      )}
      <StolenPhoneSteps />
    </>
  );
}

function SignedOut(): ReactElement {
  const t = useTranslate();
  return (
    <>
      <section className="more">
        <h2>{t('stolen-phone.sign_in_heading')}</h2>
        <p>{t('stolen-phone.sign_in_about')}</p>
        <SignInAction returnTo={addresses.stolenPhone} />
      </section>
      <section className="more">
        <h2>{t('stolen-phone.link_heading')}</h2>
        <p>{t('stolen-phone.link_about')}</p>
      </section>
      <section className="more">
        <h2>{t('stolen-phone.call_heading')}</h2>
        <p>{t('stolen-phone.call_about')}</p>
        <SupportLinks quiet />
      </section>
    </>
  );
}
