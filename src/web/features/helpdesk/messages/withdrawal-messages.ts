import type { Approval } from '#contract/helpdesk.ts';
import type { MessageId } from '../../../i18n/translate.tsx';

/** Why the agent withdrew her request. */
export const withdrawalMessages: Record<NonNullable<Approval['withdrawal']>, MessageId> = {
  mistake: 'helpdesk-approvals.withdrawal_mistake',
  other_way: 'helpdesk-approvals.withdrawal_other_way',
  not_needed: 'helpdesk-approvals.withdrawal_not_needed',
  odd_call: 'helpdesk-approvals.withdrawal_odd_call',
};
