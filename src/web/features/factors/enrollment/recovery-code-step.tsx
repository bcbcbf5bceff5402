import { type ReactElement, type SyntheticEvent, useRef } from 'react';
import { ApiError } from '#contract/errors.ts';
import { isGeneratedCode, normalizeGeneratedCode, generatedCodeLengths } from '#contract/codes/generated-code.ts';
import { Button } from '../../../components/ui/button.tsx';
import { Field } from '../../../components/field/field.tsx';
import { useFieldError } from '../../../components/field/use-field-error.ts';
import { Heading } from '../../../components/ui/heading.tsx';
import { HelpdeskLink } from '../../../components/links.tsx';
import { hasMessage, useTranslate } from '../../../i18n/translate.tsx';
import { NeverReadOut } from '../../../components/code/never-read-out.tsx';
import css from '../../../components/code/code.module.css';

/** For the first method after a reset. */
export function RecoveryCodeStep({
  title,
  why,
  busy,
  onCode,
}: {
  title: string;
  /** The error that says that a code is needed, or that the last code was wrong. Null while a code is being sent. */
  why: unknown;
  busy: boolean;
  onCode: (typed: string) => void;
}): ReactElement {
  const t = useTranslate();
  const field = useRef<HTMLInputElement>(null);
  const error = why instanceof ApiError ? why : undefined;
  /** The message if no code of this reset works any more. The page then shows no field. */
  const end = `enroll.recovery_code_end.${error?.details.rule}`;
  const refusal = error?.code === 'wrong_code' ? t('enroll.recovery_code_wrong') : undefined;
  const [problem, setError] = useFieldError(field, refusal, why, true);
  if (hasMessage(end))
    return (
      <>
        <Heading back="list" focusOnMount lead={t(end)}>
          {title}
        </Heading>
        <HelpdeskLink className="button primary" />
      </>
    );
  const send = (event: SyntheticEvent): void => {
    event.preventDefault();
    const typed = field.current?.value.trim() ?? '';
    const isCode = isGeneratedCode(normalizeGeneratedCode(typed), generatedCodeLengths.recovery);
    const mistake = typed === '' ? 'enroll.recovery_code_empty' : isCode ? undefined : 'enroll.recovery_code_shape';
    setError(mistake);
    if (!mistake && !busy) onCode(typed);
  };
  return (
    <>
      <Heading back="list" focusOnMount={refusal === undefined && !busy} lead={t('enroll.recovery_code_lead')}>
        {title}
      </Heading>
      <form className={css.form} method="post" noValidate onSubmit={send}>
        <Field label={t('enroll.recovery_code')} hint={t('enroll.recovery_code_hint')} error={problem}>
          {(control) => (
            <input
              ref={field}
              {...control}
              className={`${control.className} ${css.code} ${css.long}`}
              type="text"
              autoComplete="one-time-code"
              autoCapitalize="characters"
              autoCorrect="off"
              spellCheck={false}
              maxLength={64}
              readOnly={busy}
            />
          )}
        </Field>
        <div className="actions">
          <Button type="submit" variant="button primary" busy={busy}>
            {t('enroll.recovery_code_go')}
          </Button>
        </div>
        <NeverReadOut />
      </form>
    </>
  );
}
