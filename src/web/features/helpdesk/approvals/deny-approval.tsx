import { type ReactElement, type ReactNode, type SyntheticEvent, useRef, useState } from 'react';
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
  hasNote,
  onOpen,
  onDeny,
}: {
  ofWhom: ReactNode;
  busy: boolean;
  hasNote: () => boolean;
  onOpen: () => void;
  onDeny: (reason: DenialReason) => void;
}): ReactElement {
  const t = useTranslate();
  const reason = useRef<HTMLSelectElement>(null);
  const [open, setOpen] = useState<boolean>();
  const [error, setError] = useState<string>();
  if (!open)
    return (
      <div className={css.deny}>
        <Button
          focusOnMount={open === false}
          onClick={() => {
            onOpen();
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
    const missing =
      chosen === ''
        ? t('helpdesk-decision.missing_reason')
        : chosen === 'other' && !hasNote()
          ? t('helpdesk-decision.missing_note')
          : undefined;
    setError(missing);
    if (missing) reason.current!.focus();
    else onDeny(chosen as DenialReason);
  };
  return (
    <form className={`stack ${css.deny}`} method="post" noValidate onSubmit={send}>
      <Field label={t('helpdesk-decision.why_deny')} error={error}>
        {(control) => (
          <select
            ref={(element) => {
              if (!reason.current) element?.focus();
              reason.current = element;
            }}
            {...control}
            defaultValue=""
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
        <Button variant="text-button" onClick={() => setOpen(false)}>
          {t('helpdesk-decision.not_now')}
        </Button>
      </div>
    </form>
  );
}
