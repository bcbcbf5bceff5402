import type { DenialReason } from '#contract/helpdesk.ts';
import type { MessageId } from '../../../i18n/translate.tsx';

/** Why an approver denied. */
export const denialReasonMessages: Record<DenialReason, MessageId> = {
  attack: 'helpdesk-denial.attack',
  verify_again: 'helpdesk-denial.verify_again',
  other_methods: 'helpdesk-denial.other_methods',
  not_needed: 'helpdesk-denial.not_needed',
  other: 'helpdesk-denial.other',
};
