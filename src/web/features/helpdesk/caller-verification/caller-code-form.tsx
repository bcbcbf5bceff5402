import { useMutation } from '@tanstack/react-query';
import { type ReactElement, type SyntheticEvent, useEffect, useId, useRef } from 'react';
import { ApiError } from '#contract/errors.ts';
import type { CallerVerification } from '#contract/helpdesk.ts';
import { Button } from '../../../components/ui/button.tsx';
import { useAnnounce } from '../../../components/ui/announcer.tsx';
import { Countdown } from '../../../components/ui/countdown.tsx';
import { messageIdOf } from '../../../components/failure/failure.tsx';
import { useSettings } from '../../../components/settings.ts';
import { Trans, useTranslate } from '../../../i18n/translate.tsx';
import type { CallerVerificationState } from './use-caller-verification.ts';

/** The caller answers on their own page and speaks a code, which the agent types. */
export function CallerCodeForm({
  verification,
  caller,
  name,
}: {
  verification: CallerVerification;
  caller: CallerVerificationState;
  name: string;
}): ReactElement {
  const t = useTranslate();
  const announce = useAnnounce();
  const { orgName } = useSettings();
  const id = useId();
  const field = useRef<HTMLInputElement>(null);
  const sending = useMutation({
    mutationFn: (code: string) => caller.answer(code),
    meta: { changes: false },
  });
  const { error } = sending;
  const wrong = error instanceof ApiError && (error.code === 'wrong_code' || error.code === 'bad_request');
  const tries = error instanceof ApiError ? (error.details.triesLeft ?? verification.triesLeft) : null;
  // Nobody has answered on their own page, so that no code is there to be right.
  const early = error instanceof ApiError && error.code === 'conflict';
  const told =
    error &&
    (wrong
      ? t('helpdesk-caller-verification.code_wrong', { tries: tries ?? 0 })
      : t(early ? 'helpdesk-caller-verification.code_early' : messageIdOf(error)));
  useEffect(() => field.current?.focus(), []);
  useEffect(() => {
    if (!told) return;
    field.current?.select();
    announce(told);
    // New with every miss, also when its words are the same.
  }, [error, told, announce]);
  const send = (event: SyntheticEvent): void => {
    event.preventDefault();
    const code = field.current?.value.trim() ?? '';
    if (code !== '' && !sending.isPending) sending.mutate(code);
    else field.current?.focus();
  };
  return (
    <div className="stack">
      <ol className="facts spoken-steps">
        <li>{t('helpdesk-caller-verification.own_open', { org: orgName, name })}</li>
        <li>{t('helpdesk-caller-verification.own_ask')}</li>
        <li>{t('helpdesk-caller-verification.own_type')}</li>
      </ol>
      <form className="code-form" method="post" noValidate onSubmit={send}>
        <label htmlFor={`${id}code`}>{t('helpdesk-caller-verification.code')}</label>
        <input
          ref={field}
          id={`${id}code`}
          className="code"
          type="text"
          autoComplete="off"
          autoCapitalize="characters"
          autoCorrect="off"
          spellCheck={false}
          maxLength={40}
          readOnly={sending.isPending}
          aria-invalid={told ? true : undefined}
          aria-describedby={told ? `${id}problem` : undefined}
        />
        {told && (
          <p className="error" id={`${id}problem`}>
            {told}
          </p>
        )}
        <div className="actions">
          <Button type="submit" variant="button primary" busy={sending.isPending}>
            {t('helpdesk-caller-verification.code_check')}
          </Button>
        </div>
      </form>
      <p className="fine">
        <Trans
          id="helpdesk-caller-verification.own_waiting"
          values={{ left: <Countdown until={verification.expiresAt} /> }}
        />
      </p>
    </div>
  );
}
