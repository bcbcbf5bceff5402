import type { PurposeText } from '#contract/purposes.ts';
import { useState } from 'react';
import { ApiError, type StepUpOption } from '#contract/errors.ts';

/** `strength` 0: a fresh sign-in at Okta. */
export type StepUpRequirement = { purpose: PurposeText; strength: number; options: readonly OfferedStepUpOption[] };
type MethodOption = Extract<StepUpOption, { type: 'factor' }>;
/** `verificationType` null: unknown until the person chooses the option. */
export type OfferedStepUpOption =
  | Exclude<StepUpOption, MethodOption>
  | (Omit<MethodOption, 'verificationType'> & { verificationType: MethodOption['verificationType'] | null });

export function findStepUpRequirement(error: unknown): StepUpRequirement | undefined {
  if (!(error instanceof ApiError) || error.code !== 'step_up_required') return undefined;
  const { purpose, strength = 0, options = [] } = error.details;
  return purpose && { purpose, strength, options };
}

type StepUp = {
  requirement: StepUpRequirement | null;
  /**
   * The server required the step-up after a press, so `StepUpPanel` replaces the pressed button, which had the focus.
   */
  isRefused: boolean;
  /** The person has done the step-up on this page. */
  isMade: boolean;
  /** Null also if the error is about the step-up. */
  failure: Error | null;
  onStepUp: () => void;
};

/**
 * `mutation`: the server may refuse it with `step_up_required`. `fromPage`: the step-up that the page's data already
 * requires.
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
