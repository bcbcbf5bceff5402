import type { HelpdeskPerson, ResetBody } from '#contract/helpdesk.ts';
import { keepDraft as keep, readDraft as read } from '../../../components/field/draft.ts';

/** What an agent has selected and written for one person. `selected`: ids of methods, or all methods. */
export type ResetDraft = {
  selected: 'all' | readonly string[];
  /** To end the person's lock-out, instead of a reset. */
  unlocks: boolean;
  reason: NonNullable<ResetBody['reason']> | '';
  ticket: string;
  note: string;
  /** The id of the last caller verification. */
  callerVerificationId: string | null;
  /** The agent could not verify the caller. Only an approver can then allow the reset. */
  unverified: boolean;
};

/** Whether the person's lock-out can be ended here. */
export const canUnlock = ({ person, permissions, frozenAt }: HelpdeskPerson): boolean =>
  person.status === 'LOCKED_OUT' && frozenAt === null && permissions.unlock.allowed;

/**
 * Returns the draft at the start: who is locked out is unlocked. Else methods that may be an attacker's are selected, and
 * a method that is the only one.
 */
export function startOf(found: HelpdeskPerson): ResetDraft {
  const { factors, alsoRemoved, frozenAt, suspects, permissions } = found;
  const unlocks = canUnlock(found);
  const restored = new Set(alsoRemoved.flatMap((one) => (one.restoredByOkta ? [one.factorId] : [])));
  const own = factors.filter(({ id }) => !restored.has(id)).map(({ id }) => id);
  const likely = frozenAt === null ? (own.length === 1 ? own : []) : suspects;
  return {
    selected: permissions.resetOne.allowed && !unlocks ? likely : [],
    unlocks,
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

const nameOf = (userId: string): string => `reset:${userId}`;

/** Returns this tab's recent draft for the person, so that a sign-in at Okta in between loses nothing. */
export const readDraft = (userId: string): ResetDraft | undefined => read<ResetDraft>(nameOf(userId));

/** Keeps the draft; undefined forgets it. */
export const keepDraft = (userId: string, draft: ResetDraft | undefined): void => keep(nameOf(userId), draft);
