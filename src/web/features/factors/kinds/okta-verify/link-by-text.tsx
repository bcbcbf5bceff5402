import { type ReactElement, type SyntheticEvent, useEffect, useRef, useState } from 'react';
import { Button } from '../../../../components/ui/button.tsx';
import { useFieldError } from '../../../../components/field/use-field-error.ts';
import { useTranslate } from '../../../../i18n/translate.tsx';
import { likelyCountry, readNumber } from '../phone/numbers.ts';
import { PhoneField } from '../phone/phone-field.tsx';
import css from '../../../../components/field/field.module.css';

type LinkByTextProps = { busy: boolean; problem: string | undefined; onNumber: (number: string) => void };

/** Loaded on demand, because it includes metadata of phone numbers. */
export default function LinkByText({ busy, problem, onNumber }: LinkByTextProps): ReactElement {
  const t = useTranslate();
  const field = useRef<HTMLInputElement>(null);
  const [country, setCountry] = useState(() => likelyCountry(navigator.languages));
  const [error, setError] = useFieldError(field, problem);
  useEffect(() => field.current?.focus(), []);
  const send = (event: SyntheticEvent): void => {
    event.preventDefault();
    if (busy) return;
    const number = readNumber(field.current?.value ?? '', country);
    setError(number ? undefined : 'error.bad_phone');
    if (number) onNumber(number.sent);
  };
  return (
    <form className={css.form} noValidate onSubmit={send}>
      <PhoneField field={field} country={country} onCountry={setCountry} problem={error} busy={busy} />
      <div className="actions">
        <Button type="submit" busy={busy}>
          {t('okta-verify.link_text')}
        </Button>
      </div>
    </form>
  );
}
