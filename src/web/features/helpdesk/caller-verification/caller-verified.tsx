import { type ReactElement, useEffect } from 'react';
import type { CallerVerification } from '#contract/helpdesk.ts';
import { useAnnounce } from '../../../components/ui/announcer.tsx';
import { Countdown } from '../../../components/ui/countdown.tsx';
import { Trans, useTranslate } from '../../../i18n/translate.tsx';
import { places } from '../reset/reset-view.ts';
import { NeedsApprover } from './needs-approver.tsx';

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
        {t(`helpdesk.verified_${verification.type}`)}{' '}
        <Trans
          id="helpdesk-caller-verification.verified_lasts"
          values={{ left: <Countdown until={verification.expiresAt} onEnd={onEnd} /> }}
        />
        <NeedsApprover verification={verification} />
      </p>
    </div>
  );
}
