import { type ReactElement, useState } from 'react';
import type { ResetBody } from '#contract/helpdesk.ts';
import { ErrorSummary } from '../../../components/field/error-summary.tsx';
import { Field } from '../../../components/field/field.tsx';
import { useTranslate } from '../../../i18n/translate.tsx';
import type { ResetDraft } from './reset-draft.ts';
import { reasonMessages } from '../messages/approval-messages.ts';
import helpdesk from '../layout/helpdesk.module.css';
import fields from '../../../components/field/field.module.css';

const reasons = Object.keys(reasonMessages) as NonNullable<ResetBody['reason']>[];

/**
 * Whether a ticket number matches the helpdesk's pattern. If the browser cannot parse the pattern, the server decides.
 */
export function isTicket(ticket: string, pattern: string | null): boolean {
  if (ticket.trim() === '') return false;
  if (pattern === null) return true;
  try {
    return new RegExp(`^(?:${pattern})$`, 'u').test(ticket.trim());
  } catch {
    return true;
  }
}

/** Asks for the reason, the ticket and a note. Errors appear after the agent leaves the field. */
export function ReasonForm({
  draft,
  pattern,
  unverified,
  problem,
  onDraft,
}: {
  draft: ResetDraft;
  pattern: string | null;
  /** Whether the caller is unverified: the note is then required. */
  unverified: boolean;
  /** The server's message about the ticket. */
  problem: string | undefined;
  onDraft: (change: Partial<ResetDraft>) => void;
}): ReactElement {
  const t = useTranslate();
  const [left, setLeft] = useState(false);
  const bad = left && draft.ticket !== '' && !isTicket(draft.ticket, pattern);
  const shown = bad ? t('helpdesk-reset.ticket_bad') : problem;
  return (
    <div className={fields.form}>
      <ErrorSummary problems={[{ text: shown, field: () => document.getElementById(reasonFieldIds.ticket) }]} />
      <Field id={reasonFieldIds.reason} label={t('helpdesk-reset.reason')}>
        {(control) => (
          <select
            {...control}
            value={draft.reason}
            onChange={(event) => onDraft({ reason: event.target.value as ResetDraft['reason'] })}
          >
            <option value="" disabled>
              {t('helpdesk-reset.reason_choose')}
            </option>
            {reasons.map((reason) => (
              <option key={reason} value={reason}>
                {t(reasonMessages[reason])}
              </option>
            ))}
          </select>
        )}
      </Field>
      <Field id={reasonFieldIds.ticket} label={t('helpdesk-reset.ticket')} error={shown}>
        {(control) => (
          <input
            {...control}
            className={fields.short}
            type="text"
            autoComplete="off"
            autoCapitalize="characters"
            spellCheck={false}
            maxLength={60}
            value={draft.ticket}
            onChange={(event) => onDraft({ ticket: event.target.value })}
            onBlur={() => setLeft(true)}
          />
        )}
      </Field>
      <Field
        id={reasonFieldIds.note}
        label={
          <>
            {t('helpdesk.note')} {!unverified && <span className={helpdesk.optional}>{t('helpdesk.optional')}</span>}
          </>
        }
        hint={unverified && t('helpdesk-reset.note_why')}
      >
        {(control) => (
          <textarea
            {...control}
            rows={2}
            maxLength={500}
            value={draft.note}
            onChange={(event) => onDraft({ note: event.target.value.replace(/\s*\n\s*/g, ' ') })}
          />
        )}
      </Field>
    </div>
  );
}

/** Ids of the fields, for links to what is missing. */
export const reasonFieldIds = { reason: 'why-reason', ticket: 'why-ticket', note: 'why-note' };
