import type { ComponentType } from 'react';
import type { ActivateBody, Activation, EnrollBody, Factor } from '#contract/endpoints.ts';
import type { MessageId } from '../../../i18n/translate.tsx';

export type EnrollMessages = {
  /** `lead` before the start, `stepLead` after it. */
  lead: MessageId;
  stepLead?: MessageId;
  done: MessageId;
  doneAs?: MessageId;
  already: MessageId;
  alreadyLead?: MessageId;
  /** What an expired enrollment means for this kind. */
  expired: MessageId;
  /** Only for a kind whose new method can replace the old method. */
  replaces?: 'app' | 'number';
};

/** The screen stays during the start and after a failure, so it keeps its input. */
export type StartProps = {
  begin: (input: EnrollBody) => void;
  busy: boolean;
  /** Why the last start failed. */
  error: unknown;
  input: EnrollBody | undefined;
};

export type StepProps<How extends Activation['how'] = Activation['how']> = {
  factor: Factor;
  /** The code is sent together with this number. */
  start?: number | undefined;
  input: EnrollBody | undefined;
  activation: Extract<Activation, { how: How }>;
  /** Rejects with an error that the step must show. Errors that end the flow do not reject. */
  activate: (body: ActivateBody) => Promise<void>;
  /** A poll found that the factor is active. */
  onActive: (factor: Factor) => void;
  /** For an error of a call other than `activate`. Returns true if the error ended the flow: do not show it. */
  onRefused: (error: unknown) => boolean;
  onExpired: () => void;
  /** Cancels and goes back to the start screen, which keeps its input. */
  onBack: () => void;
  onCancel: () => void;
};

export type Steps = { [How in Activation['how']]?: ComponentType<StepProps<How>> };
