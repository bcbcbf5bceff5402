import { useSuspenseQuery } from '@tanstack/react-query';
import { type ReactElement, type SyntheticEvent, useEffect, useId, useRef, useState } from 'react';
import { ApiError } from '#contract/errors.ts';
import { factorQueries } from '../../../../api/queries.ts';
import { Button } from '../../../../components/ui/button.tsx';
import { useAnnounce } from '../../../../components/ui/announcer.tsx';
import { Failure } from '../../../../components/failure/failure.tsx';
import { MaskedField } from '../../../../components/ui/masked-field.tsx';
import { type MessageId, useTranslate } from '../../../../i18n/translate.tsx';
import type { StartProps } from '../../enrollment/steps.ts';

/** Okta's own least. */
const shortest = 4;

/** Chooses a question and its answer. The rules stand before the field, and so does what it is worth. */
export function QuestionStart({ begin, busy, error, wish }: StartProps): ReactElement {
  const t = useTranslate();
  const announce = useAnnounce();
  const id = useId();
  const { data } = useSuspenseQuery(factorQueries.questions());
  const select = useRef<HTMLSelectElement>(null);
  const field = useRef<HTMLInputElement>(null);
  const [own, setOwn] = useState<{ id: MessageId }>();
  const refused = error instanceof ApiError && error.code === 'bad_answer';
  const problemId = own?.id ?? (refused ? 'question.refused' : undefined);
  const problem = problemId && t(problemId);
  const before = wish?.kind === 'question' ? wish : undefined;

  useEffect(() => {
    if (problem === undefined) return;
    field.current?.focus();
    announce(problem);
    // `own` and `error` are new with every miss, also when its words are the same.
  }, [problem, own, error, announce]);

  const send = (event: SyntheticEvent): void => {
    event.preventDefault();
    if (busy) return;
    const answer = field.current?.value.trim() ?? '';
    const question = select.current?.value ?? '';
    const wrong = judge(answer, data.questions.find((one) => one.question === question)?.questionText ?? '');
    setOwn(wrong && { id: wrong });
    if (!wrong) begin({ kind: 'question', question, answer });
  };
  return (
    <form className="entry-form" method="post" noValidate autoComplete="off" aria-busy={busy} onSubmit={send}>
      <p className="note caution">{t('question.weak')}</p>
      <div>
        <label htmlFor={`${id}question`}>{t('question.choose')}</label>
        <select ref={select} id={`${id}question`} className="field" disabled={busy} defaultValue={before?.question}>
          {data.questions.map(({ question, questionText }) => (
            <option key={question} value={question}>
              {questionText}
            </option>
          ))}
        </select>
      </div>
      <div>
        <label htmlFor={`${id}answer`}>{t('question.answer')}</label>
        <p className="fine" id={`${id}rules`}>
          {t('question.rules')}
        </p>
        <MaskedField
          field={field}
          id={`${id}answer`}
          describedBy={problem === undefined ? `${id}rules` : `${id}rules ${id}problem`}
          invalid={problem !== undefined}
          busy={busy}
          initial={before?.answer}
        />
        {problem !== undefined && (
          <p className="error" id={`${id}problem`}>
            {problem}
          </p>
        )}
      </div>
      {!refused && <Failure error={error} />}
      <div className="actions">
        <Button type="submit" variant="button primary" busy={busy}>
          {t('enroll.turn_on')}
        </Button>
      </div>
    </form>
  );
}

/** What is wrong with an answer that the org would refuse, before it is sent. */
function judge(answer: string, questionText: string): MessageId | undefined {
  if (answer === '') return 'question.empty';
  if (answer.length < shortest) return 'question.short';
  const said = answer.toLowerCase();
  return questionText.toLowerCase().includes(said) ? 'question.in_question' : undefined;
}
