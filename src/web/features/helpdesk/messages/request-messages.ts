import type { Approval } from '#contract/helpdesk.ts';
import type { MessageId } from '../../../i18n/translate.tsx';

const headings: Record<Approval['operation'], MessageId> = {
  reset: 'helpdesk-approvals.approval_heading',
  unfreeze: 'helpdesk-approvals.approval_heading_unfreeze',
  unlock: 'helpdesk-approvals.approval_heading_unlock',
};
export const requestMessage = ({ operation }: Pick<Approval, 'operation'>): MessageId => headings[operation];
/** An approved request stays open until its operation has ended. */
export const isOpen = ({ status }: Pick<Approval, 'status'>): boolean => status === 'waiting' || status === 'approved';

const ends = { reset: 'done', unfreeze: 'unfrozen', unlock: 'unlocked' } as const;
/** The status or, if done, what the approved operation did. */
export const getEnd = <Status extends Approval['status']>({
  status,
  operation,
}: Pick<Approval, 'operation'> & { status: Status }): Exclude<Status, 'done'> | (typeof ends)[Approval['operation']] =>
  status === 'done' ? ends[operation] : (status as Exclude<Status, 'done'>);
