import type { Approval } from '#contract/helpdesk.ts';
import { hasMessage, type MessageId } from '../../../i18n/translate.tsx';

/** A newer portal's unknown reason gets a general text. */
export function approvalReasonMessage(reason: Approval['approvalReasons'][number]): MessageId {
  const id: MessageId = `helpdesk-approval-reason.${reason}`;
  return hasMessage(id) ? id : 'helpdesk-approval-reason.other';
}

type Reason = Approval['approvalReasons'][number];
/** The most important first. */
const weights: readonly Reason[] = ['attack_signs', 'not_verified', 'privileged', 'same_phone', 'same_method'];
const getWeight = (reason: Reason): number => (weights.includes(reason) ? weights.indexOf(reason) : weights.length);

/** The most important first. */
export const sortByWeight = (reasons: readonly Reason[]): Reason[] =>
  reasons.toSorted((one, other) => getWeight(one) - getWeight(other));
