import type { EnrollBody } from '#contract/endpoints.ts';
import { takeInterruptedAction } from '../../../flows/step-up/interrupted-action.ts';

/** Starts an enrollment immediately. Only links on our own pages can set a history state. */
export const autoStart = { begin: true };

/** For a link whose text says that the enrollment starts over. */
export const autoStartOver = { begin: true, startOver: true };

export const isAutoStart = (state: unknown): boolean => (state as { begin?: unknown } | null)?.begin === true;
export const isAutoStartOver = (state: unknown): boolean =>
  (state as { startOver?: unknown } | null)?.startOver === true;

/**
 * A name for `saveInterruptedAction`. It contains the input only if the input is one of `choices`, which have no
 * personal data. `here`: path and query.
 */
export function nameStart(here: string, choices: readonly EnrollBody[], input: EnrollBody | undefined): string {
  const text = JSON.stringify(input);
  return choices.some((choice) => JSON.stringify(choice) === text) ? `${here} ${text}` : here;
}

export function takeInterruptedStart(
  here: string,
  choices: readonly EnrollBody[],
  usual: EnrollBody | undefined,
): EnrollBody | undefined {
  const choice = choices.find((each) => takeInterruptedAction(nameStart(here, choices, each)));
  return choice ?? (takeInterruptedAction(here) ? usual : undefined);
}
