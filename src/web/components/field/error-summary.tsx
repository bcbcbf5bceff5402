import { type ReactElement, useEffect, useRef } from 'react';
import { useTranslate } from '../../i18n/translate.tsx';
import { useErrorTitle } from './use-field-error.ts';
import css from './field.module.css';

export type FieldProblem = { text: string | undefined; field: () => HTMLElement | null };

/** Several errors are also listed with links to their fields, and the list takes the focus. */
export function ErrorSummary({ problems }: { problems: readonly FieldProblem[] }): ReactElement | null {
  const t = useTranslate();
  const box = useRef<HTMLDivElement>(null);
  const errors = problems.filter(({ text }) => text !== undefined);
  useErrorTitle(errors.length > 0);
  const texts = errors.length > 1 ? errors.map(({ text }) => text).join('\n') : '';
  useEffect(() => {
    // A microtask runs after the form's own effects, which focus the first field. So the list gets the focus.
    if (texts !== '') queueMicrotask(() => box.current?.focus());
  }, [texts]);
  if (texts === '') return null;
  return (
    <div className={`failure ${css.summary}`} ref={box} tabIndex={-1} role="group" aria-labelledby="error-summary">
      <h2 id="error-summary">{t('error.summary')}</h2>
      <ul>
        {errors.map(({ text, field }) => (
          <li key={text}>
            <button className="text-button" type="button" onClick={() => field()?.focus()}>
              {text}
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}
