import type { AttackSign } from '#contract/helpdesk.ts';
import type { MessageId } from '../../../i18n/translate.tsx';

/** What was odd about a reported call, within a sentence. */
export const signMessages: Record<AttackSign['signs'][number], MessageId> = {
  pressed: 'helpdesk.sign_pressed',
  refused_verification: 'helpdesk.sign_refused_verification',
  asked_for_code: 'helpdesk.sign_asked_for_code',
  wrong_details: 'helpdesk.sign_wrong_details',
  number: 'helpdesk.sign_number',
  voice: 'helpdesk.sign_voice',
  other: 'helpdesk.sign_other',
};
