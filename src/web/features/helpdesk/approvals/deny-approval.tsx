import { type ReactElement, type ReactNode, type SyntheticEvent, useEffect, useRef, useState } from 'react';
import type { DenialReason } from '#contract/helpdesk.ts';
import { Button } from '../../../components/ui/button.tsx';
import { Field } from '../../../components/field/field.tsx';
import { Options } from '../../../components/field/options.tsx';
import { type MessageId, useTranslate } from '../../../i18n/translate.tsx';
import css from './approvals.module.css';

const denialReasonMessages: Record<DenialReason, MessageId> = {
  attack: 'helpdesk-denial.attack',
  verify_again: 'helpdesk-denial.verify_again',
  other_methods: 'helpdesk-denial.other_methods',
  not_needed: 'helpdesk-denial.not_needed',
  other: 'helpdesk-denial.other',
};

export function DenyApproval({
  ofWhom,
  busy,
  onChoose,
  onDeny,
}: {
  ofWhom: ReactNode;
  busy: boolean;
  /** Null: the form was opened or closed. */
  onChoose: (reason: DenialReason | null) => void;
  onDeny: (reason: DenialReason) => void;
}): ReactElement {
  const t = useTranslate();
  const reason = useRef<HTMLSelectElement>(null);
  const [open, setOpen] = useState<boolean>();
  const [error, setError] = useState<string>();
  useEffect(() => {
    if (open) reason.current!.focus();
  }, [open]);
  if (!open)
    return (
      <div className={css.deny}>
        <Button
          focusOnMount={open === false}
          onClick={() => {
            onChoose(null);
            setOpen(true);
          }}
        >
          {t('helpdesk-decision.deny')}
          {ofWhom}
        </Button>
      </div>
    );
  const send = (event: SyntheticEvent): void => {
    event.preventDefault();
    const chosen = reason.current!.value as DenialReason | '';
    setError(chosen === '' ? t('helpdesk-decision.missing_reason') : undefined);
    if (chosen === '') reason.current!.focus();
    else onDeny(chosen);
  };
  return (
    <form className={`stack ${css.deny}`} method="post" noValidate onSubmit={send}>
      <Field label={t('helpdesk-decision.why_deny')} error={error}>
        {(control) => (
          <select
            ref={reason}
            {...control}
            defaultValue=""
            onChange={({ target }) => onChoose(target.value as DenialReason)}
          >
            <Options texts={denialReasonMessages} choose="helpdesk-decision.choose" />
          </select>
        )}
      </Field>
      <div className="actions">
        <Button type="submit" busy={busy}>
          {t('helpdesk-decision.deny')}
          {ofWhom}
        </Button>
        <Button
          variant="text-button"
          onClick={() => {
            onChoose(null);
            setOpen(false);
          }}
        >
          {t('helpdesk-decision.not_now')}
        </Button>
      </div>
    </form>
  );
}
