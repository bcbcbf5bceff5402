import type { ComponentType } from 'react';
import type { ActivateBody, Activation, EnrollBody, Factor } from '#contract/endpoints.ts';
import type { MessageId } from '../../../i18n/translate.tsx';

/** What one method is called in each sentence that names it. */
export type EnrollMessages = {
  title: MessageId;
  /** What is to be done, under the heading: before it has begun, and from then on. */
  lead: MessageId;
  stepLead?: MessageId;
  /** Its name. */
  app: MessageId;
  done: MessageId;
  /** The same where the org says which one it is, as `detail`. */
  doneAs?: MessageId;
  already: MessageId;
  alreadyLead?: MessageId;
  /** What time running out means for this one. */
  expired: MessageId;
};

/**
 * The screen before anything has begun. It stays while the beginning is on its way and when it failed, so that nothing
 * typed is lost.
 */
export type StartProps = {
  begin: (wish: EnrollBody) => void;
  busy: boolean;
  /** Why the last beginning failed. */
  error: unknown;
  /** What was asked for before, when one comes back to it. */
  wish: EnrollBody | undefined;
};

/** The step that turns it on, by how that is done. */
export type StepProps<How extends Activation['how'] = Activation['how']> = {
  factor: Factor;
  activation: Extract<Activation, { how: How }>;
  /** Sends what turns it on. Rejects with what the step has to say about it; what ends the flow is dealt with. */
  activate: (body: ActivateBody) => Promise<void>;
  /** A poll said that it is on. */
  onActive: (factor: Factor) => void;
  /** An answer to another call of the step. True when it ended the flow, so that there is nothing to say. */
  onRefused: (error: unknown) => boolean;
  /** Time ran out. */
  onExpired: () => void;
  /** Drops it and goes back to the start, with the wish still there. */
  onBack: () => void;
  /** Drops it and leaves. */
  onCancel: () => void;
};

export type Steps = { [How in Activation['how']]?: ComponentType<StepProps<How>> };
