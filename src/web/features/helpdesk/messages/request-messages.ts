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
/** What became of a request: its status, or what its approval did. */
export const endOf = <Status extends Approval['status']>({
  status,
  unfreezes,
  unlocks,
}: Does & { status: Status }): Exclude<Status, 'done'> | 'done' | 'unlocked' | 'unfrozen' =>
  status !== 'done' ? (status as Exclude<Status, 'done'>) : unlocks ? 'unlocked' : unfreezes ? 'unfrozen' : 'done';
