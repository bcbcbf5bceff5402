import { type ReactElement, type ReactNode } from 'react';
import { Link, useLocation } from 'react-router';
import { useMethodName } from '../../../components/factor/method-name.ts';
import { SessionEndOffer } from '../../../flows/session-end/session-end-offer.tsx';
import { Button } from '../../../components/ui/button.tsx';
import { Heading } from '../../../components/ui/heading.tsx';
import { autoMove, fromNewPhone, readNext, useReturnLink } from './return-link.ts';
import { useTranslate } from '../../../i18n/translate.tsx';

export function Done({ children, more }: { children: ReactNode; more?: ReactNode }): ReactElement {
  const t = useTranslate();
  const getName = useMethodName();
  const back = useReturnLink();
  const [next, ...later] = readNext(useLocation().state);
  return (
    <>
      <Heading focusOnMount lead={t('enroll.done_lead')}>
        {children}
      </Heading>
      <div className="stack">
        {more}
        <p className="actions">
          {next && (
            <Link className="button primary" to={next.to} state={autoMove(later)}>
              {t('enroll.new_phone_next', { name: getName(next) })}
            </Link>
          )}
          <Link className={next ? 'button' : 'button primary'} to={back === 'list' ? '/' : back.to}>
            {back === 'list' ? t('enroll.done_back') : t('enroll.new_phone_back')}
          </Link>
        </p>
        {/* The offer is below the links, because it arrives later and must not move them under a finger. */}
        <SessionEndOffer />
      </div>
    </>
  );
}

/** Another tab may have just added the factor. */
export function AlreadyEnrolled({
  children,
  app,
  lead,
  factorId,
  moves = false,
}: {
  children: ReactNode;
  app: string;
  lead: string;
  factorId: string | undefined;
  /** The method can be moved to a new phone. */
  moves?: boolean;
}): ReactElement {
  const t = useTranslate();
  const back = useReturnLink();
  // The new-phone page linked here, but another tab has already moved the method.
  if (back !== 'list')
    return (
      <>
        <Heading back={back} focusOnMount lead={t('enroll.already_elsewhere')}>
          {children}
        </Heading>
        <Link className="button primary" to={back.to}>
          {t('enroll.new_phone_back')}
        </Link>
      </>
    );
  return (
    <>
      <Heading back="list" focusOnMount lead={lead}>
        {children}
      </Heading>
      <div className="actions">
        {moves && (
          <Link className="button primary" to="/new-phone">
            {t('enroll.already_move')}
          </Link>
        )}
        <Link className={moves ? 'button' : 'button primary'} to={factorId ? `/methods/${factorId}` : '/'}>
          {t('enroll.already_go', { app })}
        </Link>
      </div>
    </>
  );
}

/**
 * Another tab or session can finish the enrollment, or the answer to this tab was lost. Starting again would end that
 * enrollment. `factorId`: undefined if only another session can finish it.
 */
export function OpenElsewhere({
  title,
  factorId,
  onStartOver,
}: {
  title: string;
  factorId: string | undefined;
  onStartOver: () => void;
}): ReactElement {
  const t = useTranslate();
  const back = useReturnLink();
  return (
    <>
      <Heading back={back} focusOnMount lead={t(factorId ? 'enroll.elsewhere_lead' : 'method.unfinished_elsewhere')}>
        {title}
      </Heading>
      <div className="stack">
        {factorId && <p>{t('enroll.elsewhere')}</p>}
        <div className="actions">
          {factorId && (
            <Link className="button primary" to={`/methods/${factorId}/activate${back === 'list' ? '' : fromNewPhone}`}>
              {t('enroll.elsewhere_go')}
            </Link>
          )}
          <Button onClick={onStartOver}>{t('enroll.start_over_here')}</Button>
        </div>
      </div>
    </>
  );
}
