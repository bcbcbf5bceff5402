import { useQueryClient } from '@tanstack/react-query';
import { type ReactElement, type ReactNode, type SyntheticEvent, useEffect, useRef } from 'react';
import { useLocation } from 'react-router';
import { homeQueries } from '../../api/queries.ts';
import { type MessageId, useTranslate } from '../../i18n/translate.tsx';
import { isHelpdeskPath } from '../../i18n/english-pages.ts';
import { Button } from '../ui/button.tsx';
import { AttemptLimitMessage, SignInAgain } from '../failure/attempt-limit-message.tsx';
import { ToMethods } from '../failure/failure.tsx';
import type { AttemptLimit } from '../failure/attempt-limit.ts';
import type { CodeProblem } from './code-problem.ts';
import { appCodeField, type CodeFieldSpec, isAppCode } from './code-field-spec.ts';
import { Field } from '../field/field.tsx';
import { MaskedField } from '../field/masked-field.tsx';
import { useFieldError } from '../field/use-field-error.ts';
import { NeverReadOut } from './never-read-out.tsx';
import css from './code.module.css';

export type CodeFormProps = {
  submit: MessageId;
  /** Default: an app's code. */
  codeField?: CodeFieldSpec;
  others?: ReactNode;
  /** Called by a button that appears while this method is blocked. */
  onChooseAnother?: () => void;
  focusOnMount?: boolean;
  variant?: string;
};

export function CodeForm({
  submit,
  codeField = appCodeField,
  problem,
  busy,
  attemptLimit,
  onCode,
  onUnblocked,
  misses,
  others,
  onChooseAnother,
  focusOnMount,
  variant = 'button primary',
}: CodeFormProps & {
  problem: CodeProblem | undefined;
  busy: boolean;
  misses: number;
  attemptLimit: AttemptLimit | undefined;
  onCode: (typed: string) => void;
  onUnblocked: () => void;
}): ReactElement {
  const t = useTranslate();
  const field = useRef<HTMLInputElement>(null);
  const asked = useAsked();
  // Staff members already know the rule of `NeverReadOut`, because they tell it to callers.
  const isStaff = isHelpdeskPath(useLocation().pathname);
  const { inputType: kind, digits, hint } = codeField;
  const getText = ({ id, values }: CodeProblem): string =>
    t(isFieldMessage(id) ? codeField[id] : id, { digits, ...values });
  const [error, setError] = useFieldError(field, problem && getText(problem), problem, true);
  const blocked = attemptLimit !== undefined;

  useEffect(() => {
    // Loads the schema while the user looks for the code.
    if (kind !== 'masked') void schemas().catch(() => {});
    if (focusOnMount) field.current?.focus();
  }, [focusOnMount, kind]);

  const send = async (event: SyntheticEvent<HTMLFormElement>): Promise<void> => {
    event.preventDefault();
    if (busy || blocked) return;
    const typed = field.current?.value ?? '';
    setError(undefined);
    if (typed.trim() === '') setError(codeField.empty, { digits });
    else if (kind === 'masked' || (await looksLikeCode(typed, digits))) onCode(typed);
    else setError(codeField.malformed, { digits });
  };

  return (
    <form className={css.form} method="post" noValidate onSubmit={(event) => void send(event)}>
      <Field
        label={t(codeField.label)}
        hint={hint && t(hint, { digits })}
        error={error}
        blocked={blocked && <AttemptLimitMessage attemptLimit={attemptLimit} onEnd={onUnblocked} />}
      >
        {(control) =>
          kind === 'masked' ? (
            <MaskedField field={field} control={control} busy={busy} disabled={blocked} />
          ) : (
            <input
              ref={field}
              {...control}
              className={`${control.className} ${css.code}`}
              type="text"
              name="passCode"
              inputMode={kind === 'digits' ? 'numeric' : 'text'}
              autoComplete="one-time-code"
              autoCapitalize="off"
              autoCorrect="off"
              spellCheck={false}
              maxLength={64}
              required
              readOnly={busy}
              disabled={blocked}
            />
          )
        }
      </Field>
      {problem?.unknown && (
        <p>
          <ToMethods />
        </p>
      )}
      {misses > 1 && !blocked && isAppCode(codeField) && <p className="fine">{t('verification.code.clock')}</p>}
      <div className="actions">
        {!blocked && (
          <Button type="submit" variant={variant} busy={busy}>
            {t(busy ? 'verification.code.checking' : submit)}
          </Button>
        )}
        {blocked && <SignInAgain attemptLimit={attemptLimit} />}
        {blocked && onChooseAnother && <Button onClick={onChooseAnother}>{t('verification.code.another_way')}</Button>}
        {others}
      </div>
      {kind !== 'masked' && !isStaff && <NeverReadOut asked={asked} />}
    </form>
  );
}

/** Whether the helpdesk has asked the person a question. */
function useAsked(): boolean {
  const { pathname } = useLocation();
  const home = useQueryClient().getQueryData(homeQueries.page().queryKey);
  return pathname === '/caller-verifications' || (home?.questions.length ?? 0) > 0;
}

const isFieldMessage = (id: string): id is 'empty' | 'malformed' | 'wrong' =>
  id === 'empty' || id === 'malformed' || id === 'wrong';

const schemas = (): Promise<typeof import('#contract/schemas.ts')> => import('#contract/schemas.ts');

/** If the schema fails to load, only the server validates. */
async function looksLikeCode(typed: string, digits: number): Promise<boolean> {
  try {
    const { passCode } = await schemas();
    const { data } = passCode.safeParse(typed);
    return data !== undefined && (digits === 0 || data.length === digits);
  } catch {
    return true;
  }
}
