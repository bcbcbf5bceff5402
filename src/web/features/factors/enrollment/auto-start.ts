import type { EnrollBody } from '#contract/endpoints.ts';
import { takeInterruptedAction } from '../../../flows/step-up/interrupted-action.ts';

/** History state of a link that starts an enrollment immediately. Only links on our own pages can set it. */
export const autoStart = { begin: true };

/** Like `autoStart`, for a link whose text says that the enrollment starts over. */
export const autoStartOver = { begin: true, startOver: true };

export const isAutoStart = (state: unknown): boolean => (state as { begin?: unknown } | null)?.begin === true;
export const isAutoStartOver = (state: unknown): boolean =>
  (state as { startOver?: unknown } | null)?.startOver === true;

/**
 * Names the start that a step-up at Okta interrupts, for `saveInterruptedAction`.
 * @param here path and query of the enroll page
 * @param choices inputs without personal data; the name contains the input only if the input is one of these choices
 */
export function nameStart(here: string, choices: readonly EnrollBody[], input: EnrollBody | undefined): string {
  const text = JSON.stringify(input);
  return choices.some((choice) => JSON.stringify(choice) === text) ? `${here} ${text}` : here;
}

/**
 * Returns the input of the start that a step-up at Okta interrupted. A second call returns undefined.
 * @param usual the input if the kind has no form before the start
 */
export function takeInterruptedStart(
  here: string,
  choices: readonly EnrollBody[],
  usual: EnrollBody | undefined,
): EnrollBody | undefined {
  const choice = choices.find((each) => takeInterruptedAction(nameStart(here, choices, each)));
  return choice ?? (takeInterruptedAction(here) ? usual : undefined);
}
