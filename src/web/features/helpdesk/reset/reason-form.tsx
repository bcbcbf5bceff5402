import { type ReactElement, useState } from 'react';
import type { Approval } from '#contract/helpdesk.ts';
import { looksLikeCode } from '#contract/codes/looks-like-code.ts';
import { ErrorSummary } from '../../../components/field/error-summary.tsx';
import { Field } from '../../../components/field/field.tsx';
import { Options } from '../../../components/field/options.tsx';
import { type MessageId, useTranslate } from '../../../i18n/translate.tsx';
import { places } from './places.ts';
import type { ResetDraft } from './reset-draft.ts';
import css from './reset.module.css';

const reasons: Record<Exclude<Approval['reason'], 'locked-out'>, MessageId> = {
  lost: 'helpdesk.reason_lost',
  replaced: 'helpdesk.reason_replaced',
  broken: 'helpdesk.reason_broken',
  compromised: 'helpdesk.reason_compromised',
  other: 'helpdesk.reason_other',
};

/** The ticket's error shows after the agent has left the field. */
export function ReasonForm({
  draft,
  badTicket,
  onDraft,
  onEnter,
}: {
  draft: ResetDraft;
  badTicket: boolean;
  onDraft: (change: Partial<ResetDraft>) => void;
  onEnter: () => void;
}): ReactElement {
  const t = useTranslate();
  const [left, setLeft] = useState(false);
  const shown = left && badTicket && draft.ticket !== '' ? t('helpdesk-reset.ticket_bad') : undefined;
  return (
    <div className={css.why}>
      <ErrorSummary problems={[{ text: shown, field: () => document.getElementById(places.ticket) }]} />
      {draft.operation !== 'unlock' && (
        <Field id={places.reason} label={t('helpdesk-reset.reason')}>
          {(control) => (
            <select
              {...control}
              value={draft.reason}
              onChange={(event) => onDraft({ reason: event.target.value as ResetDraft['reason'] })}
            >
              <Options texts={reasons} choose="helpdesk-reset.reason_choose" />
            </select>
          )}
        </Field>
      )}
      <Field id={places.ticket} label={t('helpdesk-reset.ticket')} error={shown}>
        {(control) => (
          <input
            {...control}
            type="text"
            autoComplete="off"
            autoCapitalize="characters"
            spellCheck={false}
            maxLength={60}
            value={draft.ticket}
            onChange={(event) => onDraft({ ticket: event.target.value })}
            onBlur={() => setLeft(true)}
            onKeyDown={(event) => {
              if (event.key !== 'Enter' || event.nativeEvent.isComposing) return;
              event.preventDefault();
              setLeft(true);
              onEnter();
            }}
          />
        )}
      </Field>
    </div>
  );
}

export function NoteField({
  label,
  hint,
  error,
  note,
  onNote,
}: {
  label: ReactElement | string;
  hint?: string;
  error?: string | false;
  note: string;
  onNote: (note: string) => void;
}): ReactElement {
  const t = useTranslate();
  return (
    <Field id={places.note} label={label} hint={hint} error={looksLikeCode(note) ? t('helpdesk.note_code') : error}>
      {(control) => (
        <textarea
          {...control}
          rows={1}
          maxLength={500}
          value={note}
          onChange={(event) => onNote(event.target.value.replace(/\s*\n\s*/g, ' '))}
        />
      )}
    </Field>
  );
}
