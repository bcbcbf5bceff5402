import { type ReactElement, type ReactNode, type SyntheticEvent, useEffect, useId, useRef, useState } from 'react';
import { type MessageId, useTranslate } from '../i18n/translate.tsx';
import { Press } from './act.tsx';
import { useAnnounce } from './announce.tsx';
import { ClosedWords, SignInAgain } from './closed.tsx';
import type { Closing } from './closing.ts';
import type { CodeProblem } from './code-flow.ts';
import { appCode, type Entry } from './entry.ts';
import { HiddenField } from './hidden-field.tsx';

/**
 * One field for a code, its error beside it, its button. The field keeps what was typed, and stands empty of React's
 * hands so that what is typed before the script comes stays too.
 */
export function CodeForm({
  submit,
  entry = appCode,
  problem,
  busy,
  closing,
  onCode,
  onReopen,
  others,
  onElse,
  take,
  look = 'button main',
}: {
  submit: MessageId;
  entry?: Entry;
  problem?: CodeProblem | undefined;
  busy: boolean;
  /** No code is taken before this is over. */
  closing?: Closing | undefined;
  onCode: (typed: string) => void;
  onReopen: () => void;
  /** Further things to press beside the button. */
  others?: ReactNode;
  /** Leads to the other ways, offered while this one is closed. */
  onElse?: (() => void) | undefined;
  /** Takes the focus when it appears. */
  take?: boolean;
  look?: string;
}): ReactElement {
  const t = useTranslate();
  const announce = useAnnounce();
  const id = useId();
  const field = useRef<HTMLInputElement>(null);
  const wait = useRef<HTMLParagraphElement>(null);
  const [own, setOwn] = useState<CodeProblem>();
  const { look: kind, digits, hint } = entry;
  const shown = own ?? problem;
  const told = shown && t(isOwn(shown.id) ? entry[shown.id] : shown.id, { digits, ...shown.values });
  const closed = closing !== undefined;

  const describedBy = [hint && `${id}hint`, (shown || closed) && `${id}problem`].filter(Boolean).join(' ') || undefined;

  useEffect(() => {
    // Fetched while the person looks for the code.
    if (kind !== 'hidden') void schemas().catch(() => {});
    if (take) field.current?.focus();
  }, [take, kind]);

  useEffect(() => {
    if (!shown || !told) return;
    field.current?.focus();
    field.current?.select();
    announce(told);
    // `shown` is new with every miss, also when its words are the same.
  }, [shown, told, announce]);

  useEffect(() => {
    if (closed) wait.current?.focus();
  }, [closed]);

  const send = async (event: SyntheticEvent<HTMLFormElement>): Promise<void> => {
    event.preventDefault();
    if (busy || closed) return;
    const typed = field.current?.value ?? '';
    setOwn(undefined);
    if (typed.trim() === '') setOwn({ id: 'empty' });
    else if (kind === 'hidden' || (await looksLikeCode(typed))) onCode(typed);
    else setOwn({ id: 'malformed' });
  };

  return (
    <form className="code-form" method="post" noValidate onSubmit={(event) => void send(event)}>
      <label htmlFor={`${id}field`}>{t(entry.label)}</label>
      {hint && (
        <p className="fine" id={`${id}hint`}>
          {t(hint, { digits })}
        </p>
      )}
      {kind === 'hidden' ? (
        <HiddenField
          field={field}
          id={`${id}field`}
          describedBy={describedBy}
          invalid={shown !== undefined}
          busy={busy}
          disabled={closed}
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
          disabled={closed}
          aria-invalid={shown ? true : undefined}
          aria-describedby={describedBy}
        />
      )}
      {closed ? (
        <p className="error" id={`${id}problem`} ref={wait} tabIndex={-1}>
          <ClosedWords closing={closing} onEnd={onReopen} />
        </p>
      ) : (
        shown && (
          <p className="error" id={`${id}problem`}>
            {told}
          </p>
        )
      )}
      <div className="acts">
        {!closed && (
          <Press type="submit" look={look} busy={busy}>
            {t(submit)}
          </Press>
        )}
        {closed && <SignInAgain closing={closing} />}
        {closed && onElse && <Press onPress={onElse}>{t('code.another_way')}</Press>}
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
