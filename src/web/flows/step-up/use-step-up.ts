import type { PurposeText } from '#contract/purposes.ts';
import { useState } from 'react';
import { ApiError, type StepUpOption } from '#contract/errors.ts';

/** Purpose, required strength (0: a fresh sign-in at Okta) and options of a step-up. */
export type StepUpRequirement = { purpose: PurposeText; strength: number; options: readonly OfferedStepUpOption[] };
type MethodOption = Extract<StepUpOption, { type: 'factor' }>;
/** `verificationType`: null if unknown. The page then fetches it when the person chooses the option. */
export type OfferedStepUpOption =
  | Exclude<StepUpOption, MethodOption>
  | (Omit<MethodOption, 'verificationType'> & { verificationType: MethodOption['verificationType'] | null });

/** Returns the requirement if `error` is `step_up_required`. */
export function findStepUpRequirement(error: unknown): StepUpRequirement | undefined {
  if (!(error instanceof ApiError) || error.code !== 'step_up_required') return undefined;
  const { purpose, strength = 0, options = [] } = error.details;
  return purpose && { purpose, strength, options };
}

type StepUp = {
  /** The step-up that is missing, or null. */
  requirement: StepUpRequirement | null;
  /**
   * Whether the server required the step-up only after a press. `StepUpPanel` then replaces the pressed button, which
   * had the focus.
   */
  isRefused: boolean;
  /** Whether the person has done the step-up on this page. */
  isMade: boolean;
  /** The mutation's error, unless it is about the step-up. */
  failure: Error | null;
  onStepUp: () => void;
};

/**
 * The step-up of a change. A page that continues automatically after the step-up calls `mutate` instead of `onStepUp`.
 * @param mutation the change; the server may refuse it with `step_up_required`
 * @param fromPage the step-up that the page's data already requires before the first press
 */
export function useStepUp(
  mutation: { error: Error | null; reset: () => void },
  fromPage: StepUpRequirement | null = null,
): StepUp {
  const [isMade, setMade] = useState(false);
  const refused = findStepUpRequirement(mutation.error);
  return {
    requirement: refused ?? (isMade ? null : fromPage),
    isRefused: refused !== undefined,
    isMade: isMade && !refused,
    failure: refused ? null : mutation.error,
    onStepUp() {
      setMade(true);
      mutation.reset();
    },
  };
}
