import type { ComponentType } from 'react';
import type { ActivateBody, Activation, EnrollBody, Factor } from '#contract/endpoints.ts';
import type { MessageId } from '../../../i18n/translate.tsx';

/** The message ids of one kind, besides those in `factor-ui.ts`. */
export type EnrollMessages = {
  /** Below the heading: `lead` before the start, `stepLead` after it. */
  lead: MessageId;
  stepLead?: MessageId;
  done: MessageId;
  /** Like `done`, with `detail`, if Okta sends one. */
  doneAs?: MessageId;
  already: MessageId;
  alreadyLead?: MessageId;
  /** What an expired enrollment means for this kind. */
  expired: MessageId;
  /** Only for a kind whose new method can replace the old method: whether the methods are apps or numbers. */
  replaces?: 'app' | 'number';
};

/** Properties of the start screen. The screen stays during the start and after a failure, so it keeps its input. */
export type StartProps = {
  begin: (input: EnrollBody) => void;
  busy: boolean;
  /** Why the last start failed. */
  error: unknown;
  /** The previous input, if the person comes back. */
  input: EnrollBody | undefined;
};

/** Properties of the step that activates the factor, by activation type. */
export type StepProps<How extends Activation['how'] = Activation['how']> = {
  factor: Factor;
  /** The number of this enrollment attempt, if the server sent one. The code is sent together with this number. */
  start?: number | undefined;
  /** What the person entered on the start screen. Kept only while this page is open. */
  input: EnrollBody | undefined;
  activation: Extract<Activation, { how: How }>;
  /** Activates the factor. Rejects with an error that the step must show; errors that end the flow do not reject. */
  activate: (body: ActivateBody) => Promise<void>;
  /** A poll found that the factor is active. */
  onActive: (factor: Factor) => void;
  /** Reports an error of a call other than `activate`. If the error ended the flow, returns true: do not show it. */
  onRefused: (error: unknown) => boolean;
  /** The enrollment expired. */
  onExpired: () => void;
  /** Cancels and goes back to the start screen, which keeps its input. */
  onBack: () => void;
  /** Cancels and leaves the page. */
  onCancel: () => void;
};

export type Steps = { [How in Activation['how']]?: ComponentType<StepProps<How>> };
