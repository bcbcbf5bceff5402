import { type ReactElement, useEffect } from 'react';
import type { CallerVerification, OperationPlan } from '#contract/helpdesk.ts';
import { useAnnounce } from '../../../components/ui/announcer.tsx';
import { Countdown } from '../../../components/ui/countdown.tsx';
import { type MessageId, Trans, useTranslate } from '../../../i18n/translate.tsx';
import { places } from '../reset/places.ts';

/** Why the caller, although verified, is not sure. */
const doubts: Partial<Record<OperationPlan['approvalReasons'][number], MessageId>> = {
  same_method: 'helpdesk-caller-verification.doubt_same_method',
  same_phone: 'helpdesk-caller-verification.doubt_same_phone',
  weak_answer: 'helpdesk-caller-verification.weak_answer',
};

/** Takes the focus, because the form that had it was removed. */
export function CallerVerified({
  verification,
  approvalReasons,
  name,
  onEnd,
}: {
  verification: CallerVerification;
  approvalReasons: OperationPlan['approvalReasons'];
  name: string;
  onEnd: () => void;
}): ReactElement {
  const t = useTranslate();
  const announce = useAnnounce();
  const [doubt] = approvalReasons.flatMap((reason) => doubts[reason] ?? []);
  useEffect(() => announce(t('helpdesk-caller-verification.verified', { name })), [announce, t, name]);
  return (
    <div className="note good" id={places.caller} tabIndex={-1}>
      <p className="note-head">{t('helpdesk-caller-verification.verified', { name })}</p>
      <p>
        {t(`helpdesk.verified_${verification.type}`, { called: verification.called ?? '' })}{' '}
        <Trans
          id="helpdesk-caller-verification.verified_lasts"
          values={{ left: <Countdown until={verification.expiresAt} onEnd={onEnd} /> }}
        />
        {doubt && ` ${t(doubt)}`}
      </p>
    </div>
  );
}
