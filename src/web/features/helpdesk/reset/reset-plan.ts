import type { Factor } from '#contract/endpoints.ts';
import type { HelpdeskPerson, UnfreezeBody } from '#contract/helpdesk.ts';
import { isActive } from '../../../api/factor-status.ts';
import type { MessageId } from '../../../i18n/translate.tsx';
import type { ResetDraft } from './reset-draft.ts';

type Part = HelpdeskPerson['alsoRemoved'][number]['parts'][number];
export const partNames: Record<Part, MessageId> = {
  push: 'helpdesk-reset.part.push',
  totp: 'helpdesk-reset.part.totp',
  fastpass: 'helpdesk-reset.part.fastpass',
};

/** What a reset would do. */
export type ResetPlan = {
  removed: Factor[];
  /** The parts of Okta Verify that are removed with it. */
  along: Part[];
  restoredByOkta: Factor[];
  remaining: Factor[];
  /** Whether the request resets something, also if only a recovery code, and whether it unfreezes. */
  resets: boolean;
  unfreezes: boolean;
  needsApproval: boolean;
};

/**
 * Returns what the drafted reset would do.
 * @param callerNeeds whether this type of caller verification requires an approver
 */
export function planOf(
  { person, factors, alsoRemoved, permissions, frozenAt, suspects }: HelpdeskPerson,
  draft: ResetDraft,
  callerNeeds: boolean,
): ResetPlan {
  const chosen = new Set(draft.selected === 'all' ? factors.map(({ id }) => id) : draft.selected);
  const selected = factors.filter(({ id }) => chosen.has(id));
  const along = alsoRemoved.filter(({ factorId }) => chosen.has(factorId));
  const restoredByOkta = new Set(along.filter((one) => one.restoredByOkta).map(({ factorId }) => factorId));
  const reset = draft.selected === 'all' ? permissions.resetAll : permissions.resetOne;
  const verdict = frozenAt === null ? reset : permissions.unfreeze;
  const remaining = factors.filter((one) => !chosen.has(one.id) && isActive(one));
  // No contact method is old enough to receive a recovery code, so an approver must hand it over.
  const byHand = draft.selected.length > 0 && remaining.length === 0 && person.codeTo.length === 0;
  const leavesSuspects = suspects.some((id) => !chosen.has(id));
  return {
    removed: selected,
    along: along.flatMap(({ parts }) => parts),
    restoredByOkta: selected.filter(({ id }) => restoredByOkta.has(id)),
    remaining,
    resets: draft.selected.length > 0,
    unfreezes: frozenAt !== null,
    needsApproval: verdict.needsApproval || draft.unverified || callerNeeds || byHand || leavesSuspects,
  };
}

/**
 * Whether a ticket number matches the helpdesk's pattern. If the browser cannot parse the pattern, the server decides.
 */
export function isTicket(ticket: string, pattern: string | null): boolean {
  if (ticket.trim() === '') return false;
  if (pattern === null) return true;
  try {
    return new RegExp(`^(?:${pattern})$`, 'u').test(ticket.trim());
  } catch {
    return true;
  }
}

/** What is missing before the agent can request a reset, in the page's order. */
export type Missing = 'selected' | 'reason' | 'ticket' | 'caller' | 'note';

/** Ids of the elements where the agent fills in what is missing, and where they confirm. */
export const places: Record<Missing | 'nothing', string> = {
  selected: 'choose',
  reason: 'why-reason',
  ticket: 'why-ticket',
  caller: 'verify',
  note: 'why-note',
  nothing: 'confirm',
};

export function missingOf(
  draft: ResetDraft,
  verified: boolean,
  { ticketPattern, frozenAt }: HelpdeskPerson,
): Missing[] {
  const lacks: [boolean, Missing][] = [
    [draft.selected.length === 0 && frozenAt === null, 'selected'],
    [draft.reason === '', 'reason'],
    [!isTicket(draft.ticket, ticketPattern), 'ticket'],
    [!verified && !draft.unverified, 'caller'],
    [!verified && draft.unverified && draft.note.trim() === '', 'note'],
  ];
  return lacks.flatMap(([lacking, what]) => (lacking ? [what] : []));
}

/** Returns the request for a draft, or undefined without a reason. A request without methods only unfreezes. */
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
