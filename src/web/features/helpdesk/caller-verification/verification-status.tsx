import { type ReactElement, useEffect, useRef } from 'react';
import type { CallerVerification } from '#contract/helpdesk.ts';
import { useAnnounce } from '../../../components/ui/announcer.tsx';
import { Countdown } from '../../../components/ui/countdown.tsx';
import { Trans, useTranslate, type MessageId } from '../../../i18n/translate.tsx';
import { verifiedByMessages } from '../messages/approval-messages.ts';
import { places } from '../reset/reset-view.ts';
import { CallerCodeForm } from './caller-code-form.tsx';
import { NeedsApprover } from './needs-approver.tsx';
import type { CallerVerificationState } from './use-caller-verification.ts';
import shown from '../../../components/code/shown-code.module.css';
import css from './verify-caller.module.css';

/** Says that the caller is verified. It is announced and can take the focus, because the form before it is gone. */
export function CallerVerified({
  verification,
  name,
  onEnd,
}: {
  verification: CallerVerification;
  name: string;
  onEnd: () => void;
}): ReactElement {
  const t = useTranslate();
  const announce = useAnnounce();
  useEffect(() => announce(t('helpdesk-caller-verification.verified', { name })), [announce, t, name]);
  return (
    <div className="note good" id={places.caller} tabIndex={-1}>
      <p className="note-head">{t('helpdesk-caller-verification.verified', { name })}</p>
      <p>
        {t(verifiedByMessages[verification.type])}{' '}
        <Trans
          id="helpdesk-caller-verification.verified_lasts"
          values={{ left: <Countdown until={verification.expiresAt} onEnd={onEnd} /> }}
        />
        <NeedsApprover verification={verification} />
      </p>
    </div>
  );
}

/** The status of a caller verification: what the agent says or asks now, or why it failed. */
export function VerificationStatus({
  verification,
  caller,
  name,
  sentence,
}: {
  verification: CallerVerification;
  caller: CallerVerificationState;
  name: string;
  sentence: string;
}): ReactElement | null {
  const t = useTranslate();
  const announce = useAnnounce();
  const place = useRef<HTMLDivElement>(null);
  const { status, type, number } = verification;
  const ended: MessageId | undefined =
    status === 'denied'
      ? type === 'push'
        ? 'helpdesk-caller-verification.push_denied'
        : 'helpdesk-caller-verification.own_denied'
      : status === 'used'
        ? 'helpdesk-caller-verification.verification_used'
        : status === 'withdrawn'
          ? 'helpdesk-caller-verification.verification_withdrawn'
          : status === 'expired' || status === 'verified'
            ? 'helpdesk-caller-verification.verification_expired'
            : undefined;
  const said = ended
    ? t(ended, { name })
    : number === null
      ? undefined
      : t('helpdesk-caller-verification.read_number', { number });
  useEffect(() => {
    if (said) announce(said);
  }, [said, announce]);
  useEffect(() => {
    if (ended) place.current?.focus();
  }, [ended]);
  if (ended)
    return (
      <div className="note caution" ref={place} tabIndex={-1}>
        <p>{t(ended, { name })}</p>
        {status === 'denied' && (
          <p>
            <a href={`#${places.report}`}>{t('helpdesk-person.report_call')}</a>
          </p>
        )}
      </div>
    );
  const left = <Countdown until={verification.expiresAt} />;
  if (type === 'push')
    return (
      <div className={css.push} role="group" aria-label={t('helpdesk-caller-verification.verify_push', { name: '' })}>
        {number !== null && (
          <p className={shown.number} translate="no">
            {number}
          </p>
        )}
        <div>
          <p className="strong">
            {t(
              number === null
                ? 'helpdesk-caller-verification.push_approve'
                : 'helpdesk-caller-verification.push_read_out',
            )}
          </p>
          <p className={css.sentence}>{sentence}</p>
          <p className="fine">
            <Trans id="helpdesk-caller-verification.push_waiting" values={{ left }} />
          </p>
        </div>
      </div>
    );
  return <CallerCodeForm verification={verification} caller={caller} name={name} />;
}
