import type { ComponentType } from 'react';
import type { ActivateBody, Activation, EnrollBody, Factor } from '#contract/endpoints.ts';
import type { MessageId } from '../../../i18n/translate.tsx';

/** The message ids of one kind, besides those in `factor-ui.ts`. */
export type EnrollMessages = {
  /** Below the heading: before the start, and after it. */
  lead: MessageId;
  stepLead?: MessageId;
  done: MessageId;
  /** The same with `detail`, where Okta gives one. */
  doneAs?: MessageId;
  already: MessageId;
  alreadyLead?: MessageId;
  /** What expiry means for this kind. */
  expired: MessageId;
  /** For a kind whose new method can replace the old one: what both are. */
  replaces?: 'app' | 'number';
};

/** The screen before the start. It stays while the start is pending and after a failure, so it keeps its input. */
export type StartProps = {
  begin: (input: EnrollBody) => void;
  busy: boolean;
  /** Why the last start failed. */
  error: unknown;
  /** The previous input, when the user comes back. */
  input: EnrollBody | undefined;
};

/** The step that activates the factor, by activation type. */
export type StepProps<How extends Activation['how'] = Activation['how']> = {
  factor: Factor;
  /** The number of the start, where the server gave one. */
  start?: number | undefined;
  /** What the person entered to begin it, while this page is open. */
  input: EnrollBody | undefined;
  activation: Extract<Activation, { how: How }>;
  /** Activates the factor. Rejects with an error for the step to show; errors that end the flow are handled. */
  activate: (body: ActivateBody) => Promise<void>;
  /** A poll found it active. */
  onActive: (factor: Factor) => void;
  /** Reports an error of a call other than `activate`. Returns true if the error ended the flow; the step hides it. */
  onRefused: (error: unknown) => boolean;
  /** Time ran out. */
  onExpired: () => void;
  /** Cancels and goes back to the start, which keeps its input. */
  onBack: () => void;
  /** Cancels and leaves. */
  onCancel: () => void;
};

export type Steps = { [How in Activation['how']]?: ComponentType<StepProps<How>> };
