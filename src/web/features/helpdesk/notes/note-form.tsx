import { useMutation } from '@tanstack/react-query';
import { type ReactElement, type SyntheticEvent, useEffect, useRef, useState } from 'react';
import { looksLikeCode } from '#contract/codes/looks-like-code.ts';
import type { PersonNote } from '#contract/helpdesk.ts';
import { requestHelpdesk } from '../../../api/client/request-helpdesk.ts';
import { HelpdeskFailure } from '../messages/helpdesk-failure.tsx';
import { Field } from '../../../components/field/field.tsx';
import { Options } from '../../../components/field/options.tsx';
import fields from '../../../components/field/field.module.css';
import { useAnnounce } from '../../../components/ui/announcer.tsx';
import { Button } from '../../../components/ui/button.tsx';
import { useTranslate } from '../../../i18n/translate.tsx';
import { noteMessages } from '../messages/note-messages.ts';

const LENGTH = 140;

/** Writes a note on a person for the next agent. */
export default function NoteForm({ userId, onClose }: { userId: string; onClose: () => void }): ReactElement {
  const t = useTranslate();
  const announce = useAnnounce();
  const first = useRef<HTMLSelectElement>(null);
  useEffect(() => first.current?.focus(), []);
  const [reason, setReason] = useState<PersonNote['reason'] | ''>('');
  const [text, setText] = useState('');
  const [sent, setSent] = useState(false);
  const adding = useMutation({
    mutationFn: async (body: { reason: PersonNote['reason']; text: string }) => {
      await requestHelpdesk('addNote', { params: { userId }, body });
    },
    onSuccess: () => {
      announce(t('helpdesk-note.done'));
      onClose();
    },
  });
  const isCode = looksLikeCode(text);
  const send = (event: SyntheticEvent): void => {
    event.preventDefault();
    setSent(true);
    if (reason !== '' && !isCode) adding.mutate({ reason, text: text.trim() });
  };
  return (
    <form className="stack" method="post" noValidate onSubmit={send}>
      <p className="fine">{t('helpdesk-note.about')}</p>
      <div className={fields.form}>
        <Field label={t('helpdesk-note.reason')} error={sent && reason === '' && t('helpdesk-note.reason_missing')}>
          {(control) => (
            <select
              ref={first}
              {...control}
              value={reason}
              onChange={({ target }) => setReason(target.value as PersonNote['reason'])}
            >
              <Options texts={noteMessages} choose="helpdesk-note.choose" />
            </select>
          )}
        </Field>
        <Field
          label={t('helpdesk-note.text')}
          hint={t('helpdesk-note.hint', { left: LENGTH - text.length })}
          error={isCode && t('helpdesk-note.code')}
        >
          {(control) => (
            <textarea
              {...control}
              rows={3}
              maxLength={LENGTH}
              value={text}
              onChange={({ target }) => setText(target.value.replace(/\s+/g, ' '))}
            />
          )}
        </Field>
      </div>
      <div className="actions">
        <Button type="submit" busy={adding.isPending}>
          {t('helpdesk-note.submit')}
        </Button>
        <Button variant="text-button" onClick={onClose}>
          {t('helpdesk-note.cancel')}
        </Button>
      </div>
      <HelpdeskFailure error={adding.error} />
    </form>
  );
}
