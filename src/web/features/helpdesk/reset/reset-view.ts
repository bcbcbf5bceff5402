import { looksLikeCode } from '#contract/codes/looks-like-code.ts';
import type { Factor } from '#contract/endpoints.ts';
import type { HelpdeskPerson, ResetBody, UnfreezeBody } from '#contract/helpdesk.ts';
import { isActive } from '../../../api/factor-status.ts';
import type { ResetDraft } from './reset-draft.ts';

type Part = HelpdeskPerson['alsoRemoved'][number]['parts'][number];
/** What the page shows of a drafted reset, and what it would request. */
export type ResetView = {
  removed: Factor[];
  /** The parts of Okta Verify that are removed with it. */
  along: Part[];
  restoredByOkta: Factor[];
  remaining: Factor[];
  operation: ResetDraft['operation'];
  /** Whether it does something: a reset needs a selection, also if only of a recovery code. */
  does: boolean;
  needsApproval: boolean;
  /** Whether the caller is verified for it. */
  verified: boolean;
  /** What the agent must still fill in, in the page's order. */
  missing: Missing[];
  /** Undefined without a reason, which an unlock does not have. Only a reset has methods. */
  body: (UnfreezeBody & Partial<Pick<ResetBody, 'factorIds'>>) | undefined;
};

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
export type Missing = 'selected' | 'reason' | 'ticket' | 'caller' | 'note' | 'note_code';

/** Ids of the elements where the agent fills in what is missing, and where they confirm. */
export const places: Record<Missing | 'nothing' | 'report', string> = {
  selected: 'choose',
  reason: 'why-reason',
  ticket: 'why-ticket',
  caller: 'verify',
  note: 'why-note',
  note_code: 'why-note',
  nothing: 'confirm',
  report: 'report-call',
};

/**
 * Returns the view of a draft.
 * @param caller whether the caller is verified for it, and whether an approver must agree because of how
 */
export function viewOf(
  found: HelpdeskPerson,
  draft: ResetDraft,
  caller: { verified: boolean; needsApproval: boolean },
): ResetView {
  const { person, factors, alsoRemoved, permissions, suspects, ticketPattern } = found;
  const { selected, reason, ticket, note, callerVerificationId, unverified, operation } = draft;
  const { verified } = caller;
  const chosen = new Set(selected === 'all' ? factors.map(({ id }) => id) : selected);
  const removed = factors.filter(({ id }) => chosen.has(id));
  const along = alsoRemoved.filter(({ factorId }) => chosen.has(factorId));
  const restoredByOkta = new Set(along.filter((one) => one.restoredByOkta).map(({ factorId }) => factorId));
  const remaining = factors.filter((one) => !chosen.has(one.id) && isActive(one));
  const resets = operation === 'reset' && selected.length > 0;
  const permission = permissions[operation !== 'reset' ? operation : selected === 'all' ? 'resetAll' : 'resetOne'];
  const approvalReasons = [
    permission.needsApproval,
    verified ? caller.needsApproval : unverified,
    // No contact method is old enough to receive a recovery code, so an approver must hand it over.
    resets && remaining.length === 0 && person.codeTo.length === 0,
    operation === 'unfreeze' && suspects.length > 0,
  ];
  const lacks: [boolean, Missing][] = [
    [operation === 'reset' && !resets, 'selected'],
    [reason === '' && operation !== 'unlock', 'reason'],
    [!isTicket(ticket, ticketPattern), 'ticket'],
    [!verified && !unverified, 'caller'],
    [!verified && unverified && note.trim() === '', 'note'],
    [looksLikeCode(note), 'note_code'],
  ];
  return {
    removed,
    along: along.flatMap(({ parts }) => parts),
    restoredByOkta: removed.filter(({ id }) => restoredByOkta.has(id)),
    remaining,
    operation,
    does: resets || operation !== 'reset',
    needsApproval: approvalReasons.includes(true),
    verified,
    missing: lacks.flatMap(([lacking, what]) => (lacking ? [what] : [])),
    body:
      reason === '' && operation !== 'unlock'
        ? undefined
        : {
            ...(resets && { factorIds: selected === 'all' ? ('all' as const) : [...selected] }),
            ...(operation !== 'unlock' && reason !== '' && { reason }),
            ticket: ticket.trim(),
            ...(verified && callerVerificationId !== null && { callerVerificationId }),
            ...(note.trim() !== '' && { note: note.trim() }),
          },
  };
}
