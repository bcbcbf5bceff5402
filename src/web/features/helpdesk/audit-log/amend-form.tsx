import { useMutation } from '@tanstack/react-query';
import { type ReactElement, type SyntheticEvent, useEffect, useRef, useState } from 'react';
import { ApiError } from '#contract/errors.ts';
import type { AuditAct } from '#contract/helpdesk.ts';
import { requestHelpdesk } from '../../../api/client/request-helpdesk.ts';
import { HelpdeskFailure } from '../messages/helpdesk-failure.tsx';
import { Field } from '../../../components/field/field.tsx';
import fields from '../../../components/field/field.module.css';
import { useAnnounce } from '../../../components/ui/announcer.tsx';
import { Button } from '../../../components/ui/button.tsx';
import { useTranslate, type MessageId } from '../../../i18n/translate.tsx';

type Mistake = AuditAct['amendments'][number]['mistake'];
const mistakeTexts: Record<Mistake, MessageId> = {
  wrong_person: 'helpdesk-amendment.wrong_person',
  wrong_ticket: 'helpdesk-amendment.wrong_ticket',
  other: 'helpdesk-amendment.other',
};
const mistakes = Object.keys(mistakeTexts) as Mistake[];
const oneLine = (text: string): string => text.replace(/\s+/g, ' ').trim();

/** Says what is wrong with an entry of the log: it is added beside the entry. */
export default function AmendForm({ seq, onClose }: { seq: number; onClose: () => void }): ReactElement {
  const t = useTranslate();
  const announce = useAnnounce();
  const first = useRef<HTMLSelectElement>(null);
  useEffect(() => first.current?.focus(), []);
  const [mistake, setMistake] = useState<Mistake | ''>('');
  const [ticket, setTicket] = useState('');
  const [reason, setReason] = useState('');
  const [sent, setSent] = useState(false);
  const amending = useMutation({
    mutationFn: async (body: { seq: number; mistake: Mistake; reason: string; ticket?: string }) => {
      await requestHelpdesk('amendAuditLog', { params: {}, body });
    },
    onSuccess: () => {
      announce(t('helpdesk-amendment.done'));
      onClose();
    },
  });
  const { error } = amending;
  const badTicket = error instanceof ApiError && error.code === 'ticket_required';
  const needsTicket = mistake === 'wrong_ticket';
  const lacks = {
    mistake: mistake === '',
    ticket: needsTicket && ticket.trim() === '',
    reason: oneLine(reason) === '',
  };
  const send = (event: SyntheticEvent): void => {
    event.preventDefault();
    setSent(true);
    if (mistake === '' || lacks.ticket || lacks.reason) return;
    amending.mutate({ seq, mistake, reason: oneLine(reason), ...(needsTicket && { ticket: ticket.trim() }) });
  };
  return (
    <form className="stack" method="post" noValidate onSubmit={send}>
      <p className="fine">{t('helpdesk-amendment.about')}</p>
      <div className={fields.form}>
        <Field
          label={t('helpdesk-amendment.mistake')}
          error={sent && lacks.mistake && t('helpdesk-amendment.mistake_missing')}
        >
          {(control) => (
            <select
              ref={first}
              {...control}
              value={mistake}
              onChange={({ target }) => setMistake(target.value as Mistake)}
            >
              <option value="" disabled>
                {t('helpdesk-amendment.choose')}
              </option>
              {mistakes.map((one) => (
                <option key={one} value={one}>
                  {t(mistakeTexts[one])}
                </option>
              ))}
            </select>
          )}
        </Field>
        {needsTicket && (
          <Field
            label={t('helpdesk-amendment.ticket')}
            error={((sent && lacks.ticket) || badTicket) && t('helpdesk-amendment.ticket_bad')}
          >
            {(control) => (
              <input
                {...control}
                className={fields.short}
                type="text"
                autoComplete="off"
                autoCapitalize="characters"
                spellCheck={false}
                maxLength={60}
                value={ticket}
                onChange={({ target }) => setTicket(target.value)}
              />
            )}
          </Field>
        )}
        <Field
          label={t('helpdesk-amendment.reason')}
          error={sent && lacks.reason && t('helpdesk-amendment.reason_missing')}
        >
          {(control) => (
            <textarea
              {...control}
              rows={2}
              maxLength={500}
              value={reason}
              onChange={({ target }) => setReason(target.value)}
            />
          )}
        </Field>
      </div>
      <div className="actions">
        <Button type="submit" busy={amending.isPending}>
          {t('helpdesk-amendment.submit')}
        </Button>
        <Button variant="text-button" onClick={onClose}>
          {t('helpdesk-amendment.cancel')}
        </Button>
      </div>
      {!badTicket && <HelpdeskFailure error={error} />}
    </form>
  );
}
