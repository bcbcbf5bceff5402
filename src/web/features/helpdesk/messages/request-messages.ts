import type { Approval } from '#contract/helpdesk.ts';
import type { MessageId } from '../../../i18n/translate.tsx';

export const requestMessage = ({ operation }: Pick<Approval, 'operation'>): MessageId =>
  `helpdesk-approvals.approval_heading_${operation}`;
/** An approved request stays open until its operation has ended. */
export const isOpen = ({ status }: Pick<Approval, 'status'>): boolean => status === 'waiting' || status === 'approved';

/** When the request ended. For an approved request that was not done, `expiresAt` is that time. */
export const getEndTime = ({ status, decidedAt, expiresAt }: Pick<Approval, 'status' | 'decidedAt' | 'expiresAt'>) =>
  status === 'failed' || status === 'unknown' ? expiresAt : (decidedAt ?? expiresAt);

const ends = { reset: 'done', unfreeze: 'unfrozen', unlock: 'unlocked' } as const;
/** The status or, if done, what the approved operation did. */
export const getEnd = <Status extends Approval['status']>({
  status,
  operation,
}: Pick<Approval, 'operation'> & { status: Status }): Exclude<Status, 'done'> | (typeof ends)[Approval['operation']] =>
  status === 'done' ? ends[operation] : (status as Exclude<Status, 'done'>);
