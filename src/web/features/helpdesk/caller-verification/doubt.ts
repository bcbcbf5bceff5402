import type { CallerVerification, HelpdeskPerson } from '#contract/helpdesk.ts';
import type { ResetDraft } from '../reset/reset-draft.ts';

/** Whether somebody else may hold what is reset: then no page suggests to ask it. */
export const isElsewhere = ({ reason }: Pick<ResetDraft, 'reason'>): boolean =>
  reason === 'lost' || reason === 'compromised';

/**
 * Returns what will speak against a verification, or null: the server decides the same when it begins. Which method
 * answers on the caller's own page is known only afterwards.
 */
export function doubtOf(
  { methodId }: HelpdeskPerson['callerVerificationOptions'][number],
  draft: Pick<ResetDraft, 'selected' | 'reason'>,
  { onPhone, frozenAt }: Pick<HelpdeskPerson, 'onPhone' | 'frozenAt'>,
): CallerVerification['doubt'] {
  const isSelected = (id: string) => draft.selected === 'all' || draft.selected.includes(id);
  const elsewhere = isElsewhere(draft);
  if (methodId === null) return null;
  if (isSelected(methodId)) return 'same_method';
  const isStolen = frozenAt !== null || (elsewhere && onPhone.some(isSelected));
  return isStolen && onPhone.includes(methodId) ? 'same_phone' : null;
}
