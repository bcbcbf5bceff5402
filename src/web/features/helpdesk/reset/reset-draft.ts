import type { Approval, HelpdeskPerson, ResetBody } from '#contract/helpdesk.ts';
import { keepDraft as keep, readDraft as read } from '../../../components/field/draft.ts';

/** `selected`: ids of methods, or all methods. */
export type ResetDraft = {
  selected: 'all' | readonly string[];
  /** Only a `reset` uses `selected`. */
  operation: Approval['operation'];
  reason: NonNullable<ResetBody['reason']> | '';
  ticket: string;
  note: string;
  callerVerificationId: string | null;
  /** The agent could not verify the caller. Only an approver can then allow the reset. */
  unverified: boolean;
};

const isBlocked = ({ waitingApprovals }: HelpdeskPerson, operation: Approval['operation']): boolean =>
  waitingApprovals.some(({ blocks }) => blocks.includes(operation));

export const canReset = (found: HelpdeskPerson): boolean =>
  (found.permissions.resetOne.allowed || found.permissions.resetAll.allowed) &&
  (found.factors.length > 0 || found.recoveryCode !== null) &&
  !isBlocked(found, 'reset');

const canUnlock = (found: HelpdeskPerson): boolean =>
  found.person.status === 'LOCKED_OUT' &&
  found.frozenAt === null &&
  found.permissions.unlock.allowed &&
  !isBlocked(found, 'unlock');

/** The operation that the agent can do besides a reset, or null. */
export const otherOperation = (found: HelpdeskPerson): 'unfreeze' | 'unlock' | null =>
  found.frozenAt !== null && found.permissions.unfreeze.allowed && !isBlocked(found, 'unfreeze')
    ? 'unfreeze'
    : canUnlock(found)
      ? 'unlock'
      : null;

/**
 * Begins with a reset of the methods that may be an attacker's, or of a person's only method. Otherwise begins with an
 * unfreeze of a frozen person, or an unlock of a locked-out person.
 */
export function startDraft(found: HelpdeskPerson): ResetDraft {
  const { factors, alsoRemoved, frozenAt, suspects, permissions } = found;
  const restored = new Set(alsoRemoved.flatMap((one) => (one.restoredByOkta ? [one.factorId] : [])));
  const own = factors.filter(({ id }) => !restored.has(id)).map(({ id }) => id);
  const likely = frozenAt === null ? (own.length === 1 ? own : []) : suspects;
  const selected = permissions.resetOne.allowed && canReset(found) && !canUnlock(found) ? likely : [];
  return {
    selected,
    operation: (selected.length === 0 && otherOperation(found)) || 'reset',
    reason: '',
    ticket: '',
    note: '',
    callerVerificationId: null,
    unverified: false,
  };
}

const TICKET = 'ticket';
/** The ticket is for the next person that the agent opens. */
export const keepTicket = (ticket: string): void => keep(TICKET, ticket);

export function takeTicket(): string | undefined {
  const ticket = read<string>(TICKET);
  keep(TICKET, undefined);
  return ticket;
}

const getStorageKey = (userId: string): string => `reset:${userId}`;

/** With the draft, a sign-in at Okta loses nothing that the agent typed. */
export const readDraft = (userId: string): ResetDraft | undefined => read<ResetDraft>(getStorageKey(userId));

export const keepDraft = (userId: string, draft: ResetDraft | undefined): void => keep(getStorageKey(userId), draft);
