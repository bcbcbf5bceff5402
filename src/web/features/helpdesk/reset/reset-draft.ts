import type { Approval, HelpdeskPerson, ResetBody } from '#contract/helpdesk.ts';
import { keepDraft as keep, readDraft as read } from '../../../components/field/draft.ts';

/** What an agent has selected and written for one person. `selected`: ids of methods, or all methods. */
export type ResetDraft = {
  selected: 'all' | readonly string[];
  /** Without `reset`, nothing is selected. */
  operation: Approval['operation'];
  reason: NonNullable<ResetBody['reason']> | '';
  ticket: string;
  note: string;
  /** The id of the last caller verification. */
  callerVerificationId: string | null;
  /** The agent could not verify the caller. Only an approver can then allow the reset. */
  unverified: boolean;
};

const isBlocked = ({ waitingApprovals }: HelpdeskPerson, operation: Approval['operation']): boolean =>
  waitingApprovals.some(({ blocks }) => blocks.includes(operation));

/** Whether a method or a recovery code can be reset here. */
export const canReset = (found: HelpdeskPerson): boolean =>
  (found.permissions.resetOne.allowed || found.permissions.resetAll.allowed) &&
  (found.factors.length > 0 || found.recoveryCode !== null) &&
  !isBlocked(found, 'reset');

/** Whether the person's lock-out can be ended here. */
export const canUnlock = (found: HelpdeskPerson): boolean =>
  found.person.status === 'LOCKED_OUT' &&
  found.frozenAt === null &&
  found.permissions.unlock.allowed &&
  !isBlocked(found, 'unlock');

/** Returns what can be done to the person here, besides a reset. */
export const otherOperation = (found: HelpdeskPerson): 'unfreeze' | 'unlock' | null =>
  found.frozenAt !== null && found.permissions.unfreeze.allowed && !isBlocked(found, 'unfreeze')
    ? 'unfreeze'
    : canUnlock(found)
      ? 'unlock'
      : null;

/**
 * Returns the draft at the start. Methods that may be an attacker's are selected, and a method that is the only one;
 * who is frozen without any is unfrozen, and who is locked out is unlocked.
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
/** Keeps the ticket of a link for the person who is opened next. */
export const keepTicket = (ticket: string): void => keep(TICKET, ticket);

/** Returns the ticket of a link, once. */
export function takeTicket(): string | undefined {
  const ticket = read<string>(TICKET);
  keep(TICKET, undefined);
  return ticket;
}

const getStorageKey = (userId: string): string => `reset:${userId}`;

/** Returns this tab's recent draft for the person, so that a sign-in at Okta in between loses nothing. */
export const readDraft = (userId: string): ResetDraft | undefined => read<ResetDraft>(getStorageKey(userId));

/** Keeps the draft; undefined forgets it. */
export const keepDraft = (userId: string, draft: ResetDraft | undefined): void => keep(getStorageKey(userId), draft);
