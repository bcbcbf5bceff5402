import type { Approval } from '#contract/helpdesk.ts';
import type { MessageId } from '../../../i18n/translate.tsx';

type Does = Pick<Approval, 'unfreezes' | 'unlocks'>;
/** The heading of a request; each has `name`. */
export const requestMessage = ({ unfreezes, unlocks }: Does): MessageId =>
  unlocks
    ? 'helpdesk-approvals.approval_heading_unlock'
    : unfreezes
      ? 'helpdesk-approvals.approval_heading_unfreeze'
      : 'helpdesk-approvals.approval_heading';
/** What became of a request. */
export const requestStatusMessage = ({ status, unfreezes, unlocks }: Does & Pick<Approval, 'status'>): MessageId =>
  `helpdesk-approvals.approval_status_${status !== 'done' ? status : unlocks ? 'unlocked' : unfreezes ? 'unfrozen' : 'done'}`;
