import { useSuspenseQuery } from '@tanstack/react-query';
import { type ReactElement, type RefObject, type SyntheticEvent, useRef, useState } from 'react';
import { ApiError } from '#contract/errors.ts';
import { AfterWait, tooSoonUntil } from '../../../../flows/verification/sent/after-wait.tsx';
import { factorQueries } from '../../../../api/queries.ts';
import { Button } from '../../../../components/ui/button.tsx';
import { ErrorSummary } from '../../../../components/field/error-summary.tsx';
import { Field } from '../../../../components/field/field.tsx';
import { useFieldError } from '../../../../components/field/use-field-error.ts';
import { SimulatorHint } from '../../../../components/ui/simulator-hint.tsx';
import { Failure } from '../../../../components/failure/failure.tsx';
import { useHydrated } from '../../../../components/ui/hydrated.ts';
import { useTranslate } from '../../../../i18n/translate.tsx';
import { useReplaces } from '../../enrollment/return-link.ts';
import type { StartProps } from '../../enrollment/steps.ts';
import { type CountryCode, likelyCountry, readNumber, readSent } from './numbers.ts';
import { PhoneField } from './phone-field.tsx';
import enrollment from '../../enrollment/enrollment.module.css';
import fields from '../../../../components/field/field.module.css';

type PhoneKind = 'sms' | 'call';
type PhoneInput = { phoneNumber?: string; phoneExtension?: string; updatePhone?: boolean };

export function PhoneStart({ kind, begin, busy, error, input }: StartProps & { kind: PhoneKind }): ReactElement {
  const t = useTranslate();
  const { data } = useSuspenseQuery(factorQueries.catalog());
  const offered = data.factors.find((one) => one.kind === kind);
  // While the number on file still works, a replacement needs a different number.
  const isReplaced = useReplaces() !== undefined && offered?.status === 'ACTIVE';
  const onFile = isReplaced ? undefined : offered?.phones?.[0]?.replaceAll(' ', '\u00A0');
  const start = (entered: PhoneInput): void => begin({ kind, ...entered });
  const lastInput = input && 'phoneNumber' in input ? input : undefined;
  const form = (
    <PhoneForm kind={kind} busy={busy} error={error} lastInput={lastInput} main={onFile === undefined} start={start} />
  );
  return (
    <div className="stack" aria-busy={busy}>
      {onFile === undefined ? (
        form
      ) : (
        <>
          <p>{t('phone.on_file', { phone: onFile })}</p>
          <div className="actions">
            <AfterWait another at={tooSoonUntil(error)} channel={kind}>
              <Button variant="button primary" busy={busy} onClick={() => start({})}>
                {t('phone.use', { kind, phone: onFile })}
              </Button>
            </AfterWait>
          </div>
          {!lastInput && !tooSoonUntil(error) && <Failure error={error} />}
          <details className={enrollment.disclosure} open={lastInput !== undefined}>
            <summary>{t('phone.another')}</summary>
            {form}
          </details>
        </>
      )}
      <SimulatorHint />
    </div>
  );
}

function PhoneForm({
  kind,
  busy,
  error,
  lastInput,
  main,
  start,
}: {
  kind: PhoneKind;
  busy: boolean;
  error: unknown;
  lastInput: PhoneInput | undefined;
  main: boolean;
  start: (entered: PhoneInput) => void;
}): ReactElement {
  const t = useTranslate();
  const hydrated = useHydrated();
  const field = useRef<HTMLInputElement>(null);
  const extension = useRef<HTMLInputElement>(null);
  const lastNumber = lastInput?.phoneNumber === undefined ? undefined : readSent(lastInput.phoneNumber);
  const [chosen, setChosen] = useState(lastNumber?.country);
  const country: CountryCode = chosen ?? likelyCountry(hydrated ? navigator.languages : []);
  const code = error instanceof ApiError ? error.code : undefined;
  // With two errors, the last hook takes the focus. The first field's hook is last, so the focus goes to that field.
  const [badExtension, setBadExtension] = useFieldError(extension);
  const refused = code === 'bad_phone' ? t('error.bad_phone') : undefined;
  const [problem, setError] = useFieldError(field, refused, error);

  const readForm = (): PhoneInput | undefined => {
    const number = readNumber(field.current?.value ?? '', country);
    if (!number) return undefined;
    const typed = extension.current?.value.trim() ?? '';
    return { phoneNumber: number.sent, ...(typed && { phoneExtension: typed }) };
  };
  const send = (event: SyntheticEvent): void => {
    event.preventDefault();
    if (busy) return;
    const isBadExtension = extension.current?.validity.valid === false;
    setBadExtension(isBadExtension ? 'phone.bad_extension' : undefined);
    const entered = readForm();
    setError(entered ? undefined : field.current?.value.trim() ? 'phone.malformed' : 'phone.empty');
    if (entered && !isBadExtension) start(entered);
  };
  const replace = (): void => {
    const entered = readForm();
    if (entered) start({ ...entered, updatePhone: true });
  };
  return (
    <form className={fields.form} method="post" noValidate onSubmit={send}>
      <ErrorSummary
        problems={[
          { text: problem, field: () => field.current },
          { text: badExtension, field: () => extension.current },
        ]}
      />
      <PhoneField
        field={field}
        country={country}
        onCountry={setChosen}
        initial={lastNumber?.written}
        problem={problem}
        busy={busy}
      />
      {kind === 'call' && (
        <Extension field={extension} initial={lastInput?.phoneExtension} problem={badExtension} busy={busy} />
      )}
      {code === 'phone_on_file' && (
        <div className="note caution" role="alert">
          <p className="note-head">{t('phone.other_on_file')}</p>
          <p>{t('phone.replace_about')}</p>
          <div className="actions">
            <Button busy={busy} onClick={replace}>
              {t('phone.replace')}
            </Button>
          </div>
        </div>
      )}
      {code !== 'phone_on_file' && code !== 'bad_phone' && !tooSoonUntil(error) && <Failure error={error} />}
      <div className="actions">
        <AfterWait another at={tooSoonUntil(error)} channel={kind}>
          <Button type="submit" variant={main ? 'button primary' : 'button'} busy={busy}>
            {t('phone.send', { kind })}
          </Button>
        </AfterWait>
      </div>
    </form>
  );
}

function Extension({
  field,
  initial,
  problem,
  busy,
}: {
  field: RefObject<HTMLInputElement | null>;
  initial: string | undefined;
  problem: string | undefined;
  busy: boolean;
}): ReactElement {
  const t = useTranslate();
  return (
    <details className={enrollment.disclosure} open={initial !== undefined}>
      <summary>{t('phone.add_extension')}</summary>
      <Field label={t('phone.extension')} error={problem}>
        {(control) => (
          <input
            ref={field}
            {...control}
            className={fields.short}
            inputMode="tel"
            autoComplete="off"
            pattern="[0-9,*#]{1,15}"
            maxLength={15}
            defaultValue={initial}
            readOnly={busy}
          />
        )}
      </Field>
    </details>
  );
}
