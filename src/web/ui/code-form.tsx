import { type ReactElement, type ReactNode, type SyntheticEvent, useEffect, useId, useRef, useState } from 'react';
import { Say, type WordsId, useWords } from '../words/words.tsx';
import { Press } from './act.tsx';
import { useAnnounce } from './announce.tsx';
import type { CodeProblem } from './code-flow.ts';
import { Countdown } from './countdown.tsx';

/**
 * One field for a code, its error beside it, its button. The field keeps what was typed, and stands empty of React's hands so
 * that what is typed before the script comes stays too.
 */
export function CodeForm({
  submit,
  hint,
  problem,
  busy,
  closedUntil,
  onCode,
  onReopen,
  others,
  take,
  look = 'button main',
}: {
  submit: WordsId;
  hint?: WordsId;
  problem?: CodeProblem | undefined;
  busy: boolean;
  /** ISO 8601: no code is taken before. */
  closedUntil?: string | undefined;
  onCode: (passCode: string) => void;
  onReopen: () => void;
  /** Further things to press beside the button. */
  others?: ReactNode;
  /** Takes the focus when it appears. */
  take?: boolean;
  look?: string;
}): ReactElement {
  const t = useWords();
  const announce = useAnnounce();
  const id = useId();
  const field = useRef<HTMLInputElement>(null);
  const wait = useRef<HTMLParagraphElement>(null);
  const [own, setOwn] = useState<CodeProblem>();
  const shown = own ?? problem;
  const closed = closedUntil !== undefined;

  useEffect(() => {
    // Fetched while the person looks for the code.
    void schemas().catch(() => {});
    if (take) field.current?.focus();
  }, [take]);

  useEffect(() => {
    if (!shown) return;
    field.current?.focus();
    field.current?.select();
    announce(t(shown.id, shown.values));
  }, [shown, announce, t]);

  useEffect(() => {
    if (closed) wait.current?.focus();
  }, [closed]);

  const send = async (event: SyntheticEvent<HTMLFormElement>): Promise<void> => {
    event.preventDefault();
    if (busy || closed) return;
    const typed = field.current?.value ?? '';
    setOwn(undefined);
    if (await looksLikeCode(typed)) onCode(typed);
    else setOwn({ id: typed.trim() === '' ? 'code.empty' : 'code.not_a_code' });
  };

  return (
    <form className="code-form" method="post" noValidate onSubmit={(event) => void send(event)}>
      <label htmlFor={`${id}field`}>{t('code.label')}</label>
      {hint && (
        <p className="fine" id={`${id}hint`}>
          {t(hint)}
        </p>
      )}
      <input
        ref={field}
        id={`${id}field`}
        className="code"
        type="text"
        name="passCode"
        inputMode="numeric"
        autoComplete="one-time-code"
        autoCapitalize="off"
        autoCorrect="off"
        spellCheck={false}
        maxLength={64}
        required
        readOnly={busy}
        disabled={closed}
        aria-invalid={shown ? true : undefined}
        aria-describedby={[hint && `${id}hint`, (shown || closed) && `${id}problem`].filter(Boolean).join(' ') || undefined}
      />
      {closed ? (
        <p className="error" id={`${id}problem`} ref={wait} tabIndex={-1}>
          <Say
            id="code.closed"
            values={{
              left: (
                <Countdown
                  until={closedUntil}
                  onEnd={() => {
                    onReopen();
                    announce(t('code.reopened'));
                  }}
                />
              ),
            }}
          />
        </p>
      ) : (
        shown && (
          <p className="error" id={`${id}problem`}>
            {t(shown.id, shown.values)}
          </p>
        )
      )}
      <div className="acts">
        {!closed && (
          <Press type="submit" look={look} busy={busy}>
            {t(submit)}
          </Press>
        )}
        {others}
      </div>
    </form>
  );
}

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
