import { useState } from 'react';
import { useLocation } from 'react-router';
import type { Approval } from '#contract/helpdesk.ts';
import { isOpen } from '../messages/request-messages.ts';

const isUnfinished = (one: Approval): boolean => isOpen(one) || one.recoveryCodeWaits;

const firstToExpire = (one: Approval, other: Approval): number =>
  Date.parse(one.expiresAt) - Date.parse(other.expiresAt);

export const getEndTime = ({ decidedAt, expiresAt }: Approval): string => decidedAt ?? expiresAt;
const lastToEnd = (one: Approval, other: Approval): number => (getEndTime(one) < getEndTime(other) ? 1 : -1);

/**
 * At most one row is open. Rows do not move while an approver reads: a new request is added at the end, and an ended
 * request stays until another row opens. `?open=`: id of the row that is open at first.
 */
export function useApprovalRows(approvals: readonly Approval[]) {
  const { search } = useLocation();
  const [opened, setOpened] = useState(() => new URLSearchParams(search).get('open') ?? undefined);
  const [order, setOrder] = useState<readonly string[]>([]);
  const added = approvals.filter((one) => isUnfinished(one) && !order.includes(one.id)).toSorted(firstToExpire);
  if (added.length > 0) setOrder([...order, ...added.map(({ id }) => id)]);
  return {
    opened,
    /** Includes requests that ended since a row was last opened. */
    listed: order.flatMap((id) => approvals.find((one) => one.id === id) ?? []),
    ended: approvals.filter(({ id }) => !order.includes(id)).toSorted(lastToEnd),
    /** Closes the row if it is open. */
    toggle(id: string): void {
      setOpened(opened === id ? undefined : id);
      if (opened === id) return;
      const stays = new Set(approvals.filter((one) => one.id === id || isUnfinished(one)).map((one) => one.id));
      setOrder(order.filter((one) => stays.has(one)));
    },
  };
}
