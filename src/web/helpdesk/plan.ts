import type { DeskPerson, UnfreezeBody } from '#contract/helpdesk.ts';
import { isActive } from '../ui/status.ts';
import type { Draft } from './draft.ts';
import { isTicket } from './why.tsx';

/** What a reset would do, by names. */
export type Plan = {
  goes: string[];
  /** Goes as well, because it is one with what was chosen. */
  along: string[];
  comesBack: string[];
  remains: string[];
  /** Whether anything is reset, a recovery code alone included, and whether the freeze is lifted. */
  resets: boolean;
  lifts: boolean;
  needsApproval: boolean;
};

/**
 * What comes of the reset that is drafted.
 * @param callerNeeds whether the way the caller was verified in needs a second approver
 */
export function planOf(
  { person, factors, takesAlong, may, frozenAt }: DeskPerson,
  draft: Draft,
  callerNeeds: boolean,
): Plan {
  const chosen = new Set(draft.lost === 'all' ? factors.map(({ id }) => id) : draft.lost);
  const lost = factors.filter(({ id }) => chosen.has(id));
  const along = takesAlong.filter(({ factorId }) => chosen.has(factorId));
  const comesBack = new Set(along.filter((one) => one.comesBack).map(({ factorId }) => factorId));
  const reset = draft.lost === 'all' ? may.resetAll : may.resetOne;
  const verdict = frozenAt === null ? reset : may.unfreeze;
  const remains = factors.filter((one) => !chosen.has(one.id) && isActive(one)).map(({ name }) => name);
  // Nothing of theirs is old enough for a recovery code, so an approver hands it over.
  const byHand = draft.lost.length > 0 && remains.length === 0 && person.codeTo.length === 0;
  return {
    goes: lost.map(({ name }) => name),
    along: along.flatMap(({ names }) => names),
    comesBack: lost.filter(({ id }) => comesBack.has(id)).map(({ name }) => name),
    remains,
    resets: draft.lost.length > 0,
    lifts: frozenAt !== null,
    needsApproval: verdict.needsApproval || draft.unverified || callerNeeds || byHand,
  };
}

/** What is missing before a reset can be asked for, in the order of the page. */
export type Missing = 'caller' | 'lost' | 'reason' | 'ticket' | 'note';

export function missingOf(draft: Draft, proven: boolean, { ticketPattern, frozenAt }: DeskPerson): Missing[] {
  const lacks: [boolean, Missing][] = [
    [!proven && !draft.unverified, 'caller'],
    [draft.lost.length === 0 && frozenAt === null, 'lost'],
    [draft.reason === '', 'reason'],
    [!isTicket(draft.ticket, ticketPattern), 'ticket'],
    [!proven && draft.unverified && draft.note.trim() === '', 'note'],
  ];
  return lacks.flatMap(([lacking, what]) => (lacking ? [what] : []));
}

/** The request for what is drafted, once nothing is missing; without methods it lifts a freeze alone. */
export function bodyOf(draft: Draft, proven: boolean): UnfreezeBody | undefined {
  const { lost, reason, ticket, note, callerProofId } = draft;
  if (reason === '') return undefined;
  return {
    ...(lost.length > 0 && { factorIds: lost === 'all' ? ('all' as const) : [...lost] }),
    reason,
    ticket: ticket.trim(),
    ...(proven && callerProofId !== null && { callerProofId }),
    ...(note.trim() !== '' && { note: note.trim() }),
  };
}
