import type { PersonNote } from '#contract/helpdesk.ts';
import type { MessageId } from '../../../i18n/translate.tsx';

/** What a note is about. */
export const noteMessages: Record<PersonNote['reason'], MessageId> = {
  traveling: 'helpdesk-person.note_traveling',
  new_device: 'helpdesk-person.note_new_device',
  call_back: 'helpdesk-person.note_call_back',
  language: 'helpdesk-person.note_language',
  ticket: 'helpdesk-person.note_ticket',
  other: 'helpdesk-person.note_other',
};
