import { useSuspenseQuery } from '@tanstack/react-query';
import { type ReactElement, type SyntheticEvent, useRef } from 'react';
import { ApiError } from '#contract/errors.ts';
import { factorQueries } from '../../../../api/queries.ts';
import { Button } from '../../../../components/ui/button.tsx';
import { Failure } from '../../../../components/failure/failure.tsx';
import { ErrorSummary } from '../../../../components/field/error-summary.tsx';
import { Field } from '../../../../components/field/field.tsx';
import { MaskedField } from '../../../../components/field/masked-field.tsx';
import { useFieldError } from '../../../../components/field/use-field-error.ts';
import { type MessageId, useTranslate } from '../../../../i18n/translate.tsx';
import type { StartProps } from '../../enrollment/steps.ts';
import css from '../../../../components/field/field.module.css';

/** Okta's minimum length of an answer. */
const shortest = 4;

/** The rules for an answer stand before the field, so that people read them first. */
export function QuestionStart({ begin, busy, error, input }: StartProps): ReactElement {
  const t = useTranslate();
  const { data } = useSuspenseQuery(factorQueries.questions());
  const select = useRef<HTMLSelectElement>(null);
  const field = useRef<HTMLInputElement>(null);
  const refused = error instanceof ApiError && error.code === 'bad_answer';
  const [problem, setError] = useFieldError(field, refused ? t('question.refused') : undefined, error);
  const lastInput = input?.kind === 'question' ? input : undefined;

  const send = (event: SyntheticEvent): void => {
    event.preventDefault();
    if (busy) return;
    const answer = field.current?.value.trim() ?? '';
    const question = select.current?.value ?? '';
    const mistake = findProblem(answer, data.questions.find((one) => one.question === question)?.questionText ?? '');
    setError(mistake);
    if (!mistake) begin({ kind: 'question', question, answer });
  };
  return (
    <form className={css.form} method="post" noValidate autoComplete="off" aria-busy={busy} onSubmit={send}>
      <ErrorSummary problems={[{ text: problem, field: () => field.current }]} />
      <p className="note caution">{t('question.weak')}</p>
      <Field label={t('question.choose')}>
        {(control) => (
          <select ref={select} {...control} dir="auto" disabled={busy} defaultValue={lastInput?.question}>
            {data.questions.map(({ question, questionText }) => (
              <option key={question} value={question}>
                {questionText}
              </option>
            ))}
          </select>
        )}
      </Field>
      <Field label={t('question.answer')} hint={t('question.rules')} error={problem}>
        {(control) => <MaskedField field={field} control={control} busy={busy} initial={lastInput?.answer} />}
      </Field>
      {!refused && <Failure error={error} />}
      <div className="actions">
        <Button type="submit" variant="button primary" busy={busy}>
          {t('enroll.turn_on')}
        </Button>
      </div>
    </form>
  );
}

/** Okta's rules. */
function findProblem(answer: string, questionText: string): MessageId | undefined {
  if (answer === '') return 'question.empty';
  if (answer.length < shortest) return 'question.short';
  return questionText.toLowerCase().includes(answer.toLowerCase()) ? 'question.in_question' : undefined;
}
