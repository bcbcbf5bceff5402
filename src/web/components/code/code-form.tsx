import { type ReactElement, type ReactNode, type SyntheticEvent, useEffect, useId, useRef, useState } from 'react';
import { type MessageId, useTranslate } from '../../i18n/translate.tsx';
import { Button } from '../ui/button.tsx';
import { useAnnounce } from '../ui/announcer.tsx';
import { AttemptLimitMessage, SignInAgain } from '../failure/attempt-limit-message.tsx';
import type { AttemptLimit } from '../failure/attempt-limit.ts';
import type { CodeProblem } from './code-flow.ts';
import { appCodeField, type CodeFieldSpec } from './code-field-spec.ts';
import { MaskedField } from '../ui/masked-field.tsx';

/**
 * One field for a code, its error beside it, its button. The field keeps what was typed, and stands empty of React's
 * hands so that what is typed before the script comes stays too.
 */
export function CodeForm({
  submit,
  codeField = appCodeField,
  problem,
  busy,
  attemptLimit,
  onCode,
  onUnblocked,
  others,
  onChooseAnother,
  focusOnMount,
  variant = 'button primary',
}: {
  submit: MessageId;
  codeField?: CodeFieldSpec;
  problem?: CodeProblem | undefined;
  busy: boolean;
  /** No code is taken before this is over. */
  attemptLimit?: AttemptLimit | undefined;
  onCode: (typed: string) => void;
  onUnblocked: () => void;
  /** Further things to press beside the button. */
  others?: ReactNode;
  /** Leads to the other ways, offered while this one is closed. */
  onChooseAnother?: (() => void) | undefined;
  /** Takes the focus when it appears. */
  focusOnMount?: boolean;
  variant?: string;
}): ReactElement {
  const t = useTranslate();
  const announce = useAnnounce();
  const id = useId();
  const field = useRef<HTMLInputElement>(null);
  const wait = useRef<HTMLParagraphElement>(null);
  const [own, setOwn] = useState<CodeProblem>();
  const { inputType: kind, digits, hint } = codeField;
  const shown = own ?? problem;
  const told = shown && t(isOwn(shown.id) ? codeField[shown.id] : shown.id, { digits, ...shown.values });
  const blocked = attemptLimit !== undefined;

  const describedBy =
    [hint && `${id}hint`, (shown || blocked) && `${id}problem`].filter(Boolean).join(' ') || undefined;

  useEffect(() => {
    // Fetched while the person looks for the code.
    if (kind !== 'masked') void schemas().catch(() => {});
    if (focusOnMount) field.current?.focus();
  }, [focusOnMount, kind]);

  useEffect(() => {
    if (!shown || !told) return;
    field.current?.focus();
    field.current?.select();
    announce(told);
    // `shown` is new with every miss, also when its words are the same.
  }, [shown, told, announce]);

  useEffect(() => {
    if (blocked) wait.current?.focus();
  }, [blocked]);

  const send = async (event: SyntheticEvent<HTMLFormElement>): Promise<void> => {
    event.preventDefault();
    if (busy || blocked) return;
    const typed = field.current?.value ?? '';
    setOwn(undefined);
    if (typed.trim() === '') setOwn({ id: 'empty' });
    else if (kind === 'masked' || (await looksLikeCode(typed))) onCode(typed);
    else setOwn({ id: 'malformed' });
  };

  return (
    <form className="code-form" method="post" noValidate onSubmit={(event) => void send(event)}>
      <label htmlFor={`${id}field`}>{t(codeField.label)}</label>
      {hint && (
        <p className="fine" id={`${id}hint`}>
          {t(hint, { digits })}
        </p>
      )}
      {kind === 'masked' ? (
        <MaskedField
          field={field}
          id={`${id}field`}
          describedBy={describedBy}
          invalid={shown !== undefined}
          busy={busy}
          disabled={blocked}
        />
      ) : (
        <input
          ref={field}
          id={`${id}field`}
          className="code"
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
          aria-invalid={shown ? true : undefined}
          aria-describedby={describedBy}
        />
      )}
      {blocked ? (
        <p className="error" id={`${id}problem`} ref={wait} tabIndex={-1}>
          <AttemptLimitMessage attemptLimit={attemptLimit} onEnd={onUnblocked} />
        </p>
      ) : (
        shown && (
          <p className="error" id={`${id}problem`}>
            {told}
          </p>
        )
      )}
      <div className="actions">
        {!blocked && (
          <Button type="submit" variant={variant} busy={busy}>
            {t(submit)}
          </Button>
        )}
        {blocked && <SignInAgain attemptLimit={attemptLimit} />}
        {blocked && onChooseAnother && <Button onClick={onChooseAnother}>{t('verification.code.another_way')}</Button>}
        {others}
      </div>
    </form>
  );
}

const isOwn = (id: string): id is 'empty' | 'malformed' | 'wrong' =>
  id === 'empty' || id === 'malformed' || id === 'wrong';

const schemas = (): Promise<typeof import('#contract/schemas.ts')> => import('#contract/schemas.ts');

/** By the request's own schema. Should that not load, the server judges. */
async function looksLikeCode(typed: string): Promise<boolean> {
  try {
    const { passCode } = await schemas();
    return passCode.safeParse(typed).success;
  } catch {
    return true;
  }
}
