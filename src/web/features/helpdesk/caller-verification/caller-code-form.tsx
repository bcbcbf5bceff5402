import { type ReactElement, type SyntheticEvent, useEffect, useRef } from 'react';
import { ApiError } from '#contract/errors.ts';
import type { CallerVerification, HelpdeskPerson } from '#contract/helpdesk.ts';
import { useSingleMutation } from '../../../api/use-single-mutation.ts';
import { Button } from '../../../components/ui/button.tsx';
import { Field } from '../../../components/field/field.tsx';
import { useFieldError } from '../../../components/field/use-field-error.ts';
import { Countdown } from '../../../components/ui/countdown.tsx';
import { getErrorMessageId } from '../../../components/failure/failure.tsx';
import { refusalMessage } from '../messages/refusal-messages.ts';
import { useSettings } from '../../../components/settings.ts';
import { Trans, useTranslate } from '../../../i18n/translate.tsx';
import type { CallerVerificationState } from './use-caller-verification.ts';
import { useTheirWords } from './use-their-words.ts';
import codes from '../../../components/code/code.module.css';
import css from './verify-caller.module.css';

/** The caller answers on their own page and reads out a code, which the agent types here. */
export function CallerCodeForm({
  verification,
  caller,
  person: { name, language },
}: {
  verification: CallerVerification;
  caller: CallerVerificationState;
  person: HelpdeskPerson['person'];
}): ReactElement {
  const t = useTranslate();
  const { orgName } = useSettings();
  const button = useTheirWords(language)('caller-verification.confirm');
  const field = useRef<HTMLInputElement>(null);
  const sending = useSingleMutation({ mutationFn: (code: string) => caller.answer(code), meta: { changes: false } });
  const { error } = sending;
  const wrong = error instanceof ApiError && (error.code === 'wrong_code' || error.code === 'bad_request');
  const tries = error instanceof ApiError ? (error.details.triesLeft ?? verification.triesLeft) : null;
  // The caller has not answered, so no code exists.
  const early = error instanceof ApiError && error.code === 'conflict';
  const refused = wrong
    ? t('helpdesk-call.code_wrong', { tries: tries ?? 0 })
    : error
      ? early
        ? t('helpdesk-call.code_early', button)
        : t(refusalMessage(error) ?? getErrorMessageId(error), { at: '' })
      : undefined;
  const [shown] = useFieldError(field, refused, error, true);
  useEffect(() => field.current?.focus(), []);
  const send = (event: SyntheticEvent): void => {
    event.preventDefault();
    const code = field.current?.value.trim() ?? '';
    if (code !== '') sending.mutate(code);
    else field.current?.focus();
  };
  return (
    <div className="stack">
      <ol className={`facts ${css.spoken}`}>
        <li>{t('helpdesk-call.own_open', { org: orgName, name })}</li>
        <li>{t('helpdesk-call.own_ask', button)}</li>
        <li>{t('helpdesk-call.own_type')}</li>
      </ol>
      <form className={codes.form} method="post" noValidate onSubmit={send}>
        <Field label={t('helpdesk-call.code')} error={shown}>
          {(control) => (
            <input
              ref={field}
              {...control}
              className={`${control.className} ${codes.code}`}
              type="text"
              autoComplete="off"
              autoCapitalize="characters"
              autoCorrect="off"
              spellCheck={false}
              maxLength={40}
              readOnly={sending.isPending}
            />
          )}
        </Field>
        <div className="actions">
          <Button type="submit" variant="button primary" busy={sending.isPending}>
            {t('helpdesk-call.code_check')}
          </Button>
        </div>
      </form>
      <p className="fine">
        <Trans id="helpdesk-call.own_waiting" values={{ left: <Countdown until={verification.expiresAt} /> }} />
      </p>
    </div>
  );
}
