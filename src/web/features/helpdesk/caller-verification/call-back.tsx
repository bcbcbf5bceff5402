import { type ReactElement, type SyntheticEvent, useId, useRef } from 'react';
import { Button } from '../../../components/ui/button.tsx';
import { Failure } from '../../../components/failure/failure.tsx';
import { FieldError, fieldControl } from '../../../components/field/field.tsx';
import { useFieldError } from '../../../components/field/use-field-error.ts';
import { useTranslate } from '../../../i18n/translate.tsx';
import type { CallerVerificationState } from './use-caller-verification.ts';
import css from './verify-caller.module.css';

/** The agent calls the number on file, and confirms having done so. */
export function CallBack({
  factorId,
  number,
  name,
  caller,
}: {
  factorId: string;
  /** The phone number, masked. */
  number: string | null;
  name: string;
  caller: CallerVerificationState;
}): ReactElement {
  const t = useTranslate();
  const id = useId();
  const box = useRef<HTMLInputElement>(null);
  const [error, setFound] = useFieldError(box);
  const send = (event: SyntheticEvent): void => {
    event.preventDefault();
    const attested = box.current?.checked ?? false;
    setFound(attested ? undefined : t('helpdesk-caller-verification.call_unattested'));
    if (attested) caller.begin({ type: 'call-back', factorId, attest: true });
  };
  return (
    <form className="stack" method="post" noValidate onSubmit={send}>
      <p>{t('helpdesk-caller-verification.call_how', { number: number ?? '' })}</p>
      <label className={css.checkbox}>
        <input ref={box} {...fieldControl(id, { error })} type="checkbox" />
        <span>{t('helpdesk-caller-verification.call_attest', { name, number: number ?? '' })}</span>
      </label>
      <FieldError id={id} error={error} />
      <div className="actions">
        <Button type="submit" variant="button primary" busy={caller.asking !== undefined}>
          {t('helpdesk-caller-verification.call_record')}
        </Button>
      </div>
      {caller.refused?.body.type === 'call-back' && <Failure error={caller.refused.error} />}
    </form>
  );
}
