import type { HelpdeskPerson, UnfreezeBody } from '#contract/helpdesk.ts';
import { isActive } from '../../../api/factor-status.ts';
import type { ResetDraft } from './reset-draft.ts';
import { isTicket } from './reason-form.tsx';

/** What a reset would do, by names. */
export type ResetPlan = {
  removed: string[];
  /** Goes as well, because it is one with what was chosen. */
  along: string[];
  restoredByOkta: string[];
  remaining: string[];
  /** Whether anything is reset, a recovery code alone included, and whether the freeze is lifted. */
  resets: boolean;
  unfreezes: boolean;
  needsApproval: boolean;
};

/**
 * What comes of the reset that is drafted.
 * @param callerNeeds whether the way the caller was verified in needs a second approver
 */
export function planOf(
  { person, factors, alsoRemoved, permissions, frozenAt }: HelpdeskPerson,
  draft: ResetDraft,
  callerNeeds: boolean,
): ResetPlan {
  const chosen = new Set(draft.selected === 'all' ? factors.map(({ id }) => id) : draft.selected);
  const selected = factors.filter(({ id }) => chosen.has(id));
  const along = alsoRemoved.filter(({ factorId }) => chosen.has(factorId));
  const restoredByOkta = new Set(along.filter((one) => one.restoredByOkta).map(({ factorId }) => factorId));
  const reset = draft.selected === 'all' ? permissions.resetAll : permissions.resetOne;
  const verdict = frozenAt === null ? reset : permissions.unfreeze;
  const remaining = factors.filter((one) => !chosen.has(one.id) && isActive(one)).map(({ name }) => name);
  // Nothing of theirs is old enough for a recovery code, so an approver hands it over.
  const byHand = draft.selected.length > 0 && remaining.length === 0 && person.codeTo.length === 0;
  return {
    removed: selected.map(({ name }) => name),
    along: along.flatMap(({ names }) => names),
    restoredByOkta: selected.filter(({ id }) => restoredByOkta.has(id)).map(({ name }) => name),
    remaining,
    resets: draft.selected.length > 0,
    unfreezes: frozenAt !== null,
    needsApproval: verdict.needsApproval || draft.unverified || callerNeeds || byHand,
  };
}

/** What is missing before a reset can be asked for, in the order of the page. */
export type Missing = 'caller' | 'selected' | 'reason' | 'ticket' | 'note';

export function missingOf(
  draft: ResetDraft,
  verified: boolean,
  { ticketPattern, frozenAt }: HelpdeskPerson,
): Missing[] {
  const lacks: [boolean, Missing][] = [
    [!verified && !draft.unverified, 'caller'],
    [draft.selected.length === 0 && frozenAt === null, 'selected'],
    [draft.reason === '', 'reason'],
    [!isTicket(draft.ticket, ticketPattern), 'ticket'],
    [!verified && draft.unverified && draft.note.trim() === '', 'note'],
  ];
  return lacks.flatMap(([lacking, what]) => (lacking ? [what] : []));
}

/** The request for what is drafted, once nothing is missing; without methods it lifts a freeze alone. */
export function bodyOf(draft: ResetDraft, verified: boolean): UnfreezeBody | undefined {
  const { selected, reason, ticket, note, callerVerificationId } = draft;
  if (reason === '') return undefined;
  return {
    ...(selected.length > 0 && { factorIds: selected === 'all' ? ('all' as const) : [...selected] }),
    reason,
    ticket: ticket.trim(),
    ...(verified && callerVerificationId !== null && { callerVerificationId }),
    ...(note.trim() !== '' && { note: note.trim() }),
  };
}
