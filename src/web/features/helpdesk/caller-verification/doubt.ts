import type { CallerVerification, HelpdeskPerson } from '#contract/helpdesk.ts';
import type { ResetDraft } from '../reset/reset-draft.ts';

/**
 * Returns what will speak against a verification, or null: the server decides the same when it begins. Which method
 * answers on the caller's own page is known only afterwards.
 */
export function doubtOf(
  { type, methodId }: HelpdeskPerson['callerVerificationOptions'][number],
  { selected, reason }: Pick<ResetDraft, 'selected' | 'reason'>,
  { onPhone }: Pick<HelpdeskPerson, 'onPhone'>,
): CallerVerification['doubt'] {
  const isSelected = (id: string) => selected === 'all' || selected.includes(id);
  const elsewhere = reason === 'lost' || reason === 'compromised';
  if (type === 'call-back') return elsewhere ? 'same_phone' : null;
  if (methodId === null) return null;
  if (isSelected(methodId)) return 'same_method';
  return elsewhere && onPhone.includes(methodId) && onPhone.some(isSelected) ? 'same_phone' : null;
}
