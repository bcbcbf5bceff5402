import type { HelpdeskPerson } from '#contract/helpdesk.ts';
import { checksOf } from '../factors/held.ts';
import type { CheckingMeans, Held } from '../factors/held.ts';
import { kinds } from '../factors/kinds.ts';
import { ANSWER_STRENGTH } from '../proof/need.ts';
import { changedRecently, phonesOf } from './contacts.ts';
import type { CallerVerificationType } from './policy.ts';

type CallerVerificationOption = HelpdeskPerson['callerVerificationOptions'][number];

/**
 * Pushes that a caller can still answer, by their own factor's id. None where pushes bring no number: those verify
 * nobody.
 */
export const pushesOf = (held: readonly Held[], { plainPush }: Pick<CheckingMeans, 'plainPush'>) =>
  held.flatMap((one) =>
    (plainPush ? [] : checksOf(one, { keys: false }))
      .filter(({ by }) => by === 'push')
      .map(({ factor }) => ({ one, factor })),
  );

/** Whether somebody holds what answers the helpdesk's question on their own page, here or at Okta. */
export const answersThemselves = (held: readonly Held[]): boolean =>
  held.some(
    (one) =>
      one.counts &&
      one.status === 'ACTIVE' &&
      Math.max(checksOf(one, { keys: true })[0]?.worth ?? 0, kinds[one.kind].provesAtOkta) >= ANSWER_STRENGTH,
  );

/** How a caller can show who they are, the strongest first, as far as the policy has it in use. */
export function callerVerificationOptionsOf(
  held: readonly Held[],
  inUse: readonly CallerVerificationType[],
  now: number,
  means: Pick<CheckingMeans, 'plainPush'>,
): CallerVerificationOption[] {
  const found: Record<CallerVerificationType, () => CallerVerificationOption[]> = {
    push: () =>
      pushesOf(held, means).map(({ one, factor }) => ({
        type: 'push',
        factorId: factor.id,
        name: one.name,
        detail: one.detail,
        needsApproval: false,
      })),
    'own-session': () =>
      answersThemselves(held)
        ? [{ type: 'own-session', factorId: null, name: null, detail: null, needsApproval: false }]
        : [],
    'call-back': () =>
      phonesOf(held)
        .filter((one) => !changedRecently(one, now))
        .map((one) => ({
          type: 'call-back',
          factorId: one.id,
          name: one.name,
          detail: one.detail,
          needsApproval: true,
        })),
  };
  return inUse.flatMap((type) => found[type]());
}
