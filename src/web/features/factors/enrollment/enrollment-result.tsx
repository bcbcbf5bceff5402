import { Fragment, type ReactElement, type ReactNode } from 'react';
import { Link } from 'wouter';
import { SessionEndOffer } from '../../sessions/session-end-offer.tsx';
import { Heading } from '../../../components/ui/heading.tsx';
import { useTranslate } from '../../../i18n/translate.tsx';

/** The factor is on: what that means, other sessions, and the way back. */
export function Done({ children, more }: { children: ReactNode; more?: ReactNode }): ReactElement {
  const t = useTranslate();
  return (
    <Fragment key="done">
      <Heading focusOnMount lead={t('enroll.done_lead')}>
        {children}
      </Heading>
      <div className="stack">
        {more}
        <SessionEndOffer />
        <p>
          <Link className="button primary" to="/">
            {t('enroll.done_back')}
          </Link>
        </p>
      </div>
    </Fragment>
  );
}

/** The factor was on before; another tab may just have added it. */
export function AlreadyEnrolled({
  children,
  app,
  lead,
  factorId,
}: {
  children: ReactNode;
  /** Its name. */
  app: string;
  lead: string;
  factorId: string | undefined;
}): ReactElement {
  const t = useTranslate();
  return (
    <Fragment key="already">
      <Heading back="list" focusOnMount lead={lead}>
        {children}
      </Heading>
      <Link className="button primary" to={factorId ? `/methods/${factorId}` : '/'}>
        {t('enroll.already_go', { app })}
      </Link>
    </Fragment>
  );
}
