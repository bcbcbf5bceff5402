import { type ReactElement, type SyntheticEvent, useId, useRef, useState } from 'react';
import { Button } from '../../../components/ui/button.tsx';
import { Failure } from '../../../components/failure/failure.tsx';
import { useTranslate } from '../../../i18n/translate.tsx';
import type { CallerVerificationState } from './use-caller-verification.ts';

/** The agent calls the number on file, and attests that she did. */
export function CallBack({
  factorId,
  number,
  name,
  caller,
}: {
  factorId: string;
  /** Masked. */
  number: string | null;
  name: string;
  caller: CallerVerificationState;
}): ReactElement {
  const t = useTranslate();
  const id = useId();
  const box = useRef<HTMLInputElement>(null);
  const [unattested, setUnattested] = useState(false);
  const send = (event: SyntheticEvent): void => {
    event.preventDefault();
    const attested = box.current?.checked ?? false;
    setUnattested(!attested);
    if (attested) caller.begin({ type: 'call-back', factorId, attest: true });
    else box.current?.focus();
  };
  return (
    <form className="stack" method="post" noValidate onSubmit={send}>
      <p>{t('helpdesk-caller-verification.call_how', { number: number ?? '' })}</p>
      <label className="checkbox-field">
        <input
          ref={box}
          type="checkbox"
          aria-invalid={unattested || undefined}
          aria-describedby={unattested ? `${id}problem` : undefined}
        />
        <span>{t('helpdesk-caller-verification.call_attest', { name, number: number ?? '' })}</span>
      </label>
      {unattested && (
        <p className="error" id={`${id}problem`}>
          {t('helpdesk-caller-verification.call_unattested')}
        </p>
      )}
      <div className="actions">
        <Button type="submit" variant="button primary" busy={caller.asking !== undefined}>
          {t('helpdesk-caller-verification.call_record')}
        </Button>
      </div>
      {caller.refused?.body.type === 'call-back' && <Failure error={caller.refused.error} />}
    </form>
  );
}
