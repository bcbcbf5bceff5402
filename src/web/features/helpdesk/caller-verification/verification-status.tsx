import { type ReactElement, useEffect, useRef } from 'react';
import type { CallerVerification } from '#contract/helpdesk.ts';
import { useAnnounce } from '../../../components/ui/announcer.tsx';
import { Button } from '../../../components/ui/button.tsx';
import { Countdown } from '../../../components/ui/countdown.tsx';
import { Trans, useTranslate, type MessageId } from '../../../i18n/translate.tsx';
import { CallerCodeForm } from './caller-code-form.tsx';
import type { CallerStep } from './use-caller-verification.ts';
import { useSentence } from './use-sentence.ts';
import shown from '../../../components/code/shown-code.module.css';
import css from './verify-caller.module.css';

export default function VerificationStatus({
  verification,
  reset: { caller, found, report },
}: {
  verification: CallerVerification;
  reset: CallerStep;
}): ReactElement | null {
  const t = useTranslate();
  const announce = useAnnounce();
  const place = useRef<HTMLDivElement>(null);
  const { status, type, number } = verification;
  const { person } = found;
  const { name } = person;
  const sentence = useSentence(found)(verification.choice);
  const ended: MessageId | undefined =
    status === 'denied'
      ? 'helpdesk-call.verification_denied'
      : status === 'used'
        ? 'helpdesk-call.verification_used'
        : status === 'withdrawn'
          ? 'helpdesk-call.verification_withdrawn'
          : status === 'expired' || status === 'verified'
            ? 'helpdesk-call.verification_expired'
            : undefined;
  const said = ended ? t(ended, { name }) : number === null ? undefined : t('helpdesk-call.read_number', { number });
  useEffect(() => {
    if (said) announce(said);
  }, [said, announce]);
  // Takes the focus also at the start, because a second Enter on the button would start another verification.
  useEffect(() => place.current?.focus(), [ended]);
  if (ended)
    return (
      <div className="note caution" ref={place} tabIndex={-1}>
        <p>{t(ended, { name })}</p>
        {status === 'denied' && found.permissions.report.allowed && !report.isOpen && (
          <Button variant="text-button" onClick={report.open}>
            {t('helpdesk-person.report_call')}
          </Button>
        )}
      </div>
    );
  const left = <Countdown until={verification.expiresAt} />;
  if (type === 'push')
    return (
      <div
        className={css.push}
        ref={place}
        tabIndex={-1}
        role="group"
        aria-label={t('helpdesk-caller-verification.verify_push', { name: '' })}
      >
        {number !== null && (
          <p className={shown.number} translate="no">
            {number}
          </p>
        )}
        <div>
          <p className="strong">{t(number === null ? 'helpdesk-call.push_approve' : 'helpdesk-call.push_read_out')}</p>
          <p className={css.sentence}>{sentence}</p>
          <p className="fine">
            <Trans id="helpdesk-call.push_waiting" values={{ left }} />
          </p>
        </div>
      </div>
    );
  return <CallerCodeForm verification={verification} caller={caller} person={person} />;
}
