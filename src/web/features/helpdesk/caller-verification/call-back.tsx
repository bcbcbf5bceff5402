import { type ReactElement, type SyntheticEvent, useId, useRef } from 'react';
import type { CallerVerificationBody } from '#contract/helpdesk.ts';
import { Button } from '../../../components/ui/button.tsx';
import { HelpdeskFailure } from '../messages/helpdesk-failure.tsx';
import { FieldError, fieldControl } from '../../../components/field/field.tsx';
import { useFieldError } from '../../../components/field/use-field-error.ts';
import { useTranslate } from '../../../i18n/translate.tsx';
import type { CallerVerificationState } from './use-caller-verification.ts';
import css from './verify-caller.module.css';

/** The agent calls the number on file and confirms the call. */
export default function CallBack({
  body,
  number,
  name,
  sentence,
  caller,
}: {
  /** The request that records the call. */
  body: CallerVerificationBody;
  number: string | null;
  name: string;
  sentence: string;
  caller: CallerVerificationState;
}): ReactElement {
  const t = useTranslate();
  const id = useId();
  const box = useRef<HTMLInputElement>(null);
  const [error, setFound] = useFieldError(box);
  const send = (event: SyntheticEvent): void => {
    event.preventDefault();
    const attested = box.current?.checked ?? false;
    setFound(attested ? undefined : 'helpdesk-call.call_unattested');
    if (attested) caller.begin(body);
  };
  return (
    <form className="stack" method="post" noValidate onSubmit={send}>
      <p>{t('helpdesk-call.call_how', { number: number ?? '' })}</p>
      <div>
        <p className="strong">{t('helpdesk-call.say')}</p>
        <p className={css.sentence}>{sentence}</p>
      </div>
      <label className={css.checkbox}>
        <input ref={box} {...fieldControl(id, { error })} type="checkbox" />
        <span>{t('helpdesk-call.call_attest', { name, number: number ?? '' })}</span>
      </label>
      <FieldError id={id} error={error} />
      <div className="actions">
        <Button type="submit" variant="button primary" busy={caller.asking !== undefined}>
          {t('helpdesk-call.call_record')}
        </Button>
      </div>
      {caller.refused?.body.type === 'call-back' && <HelpdeskFailure error={caller.refused.error} />}
    </form>
  );
}
