import type { PurposeText } from '#contract/purposes.ts';
import type { ComponentType } from 'react';
import type { VerificationType } from '#contract/kinds.ts';
import type { MessageId } from '../../i18n/message-ids.ts';
import CodeVerification from './code-verification.tsx';

/** Properties of every verification component, for step-ups and tests. */
export type VerificationProps = {
  factorId: string;
  /** The method's kind. It only selects texts. */
  kind: string;
  name: string;
  /** A masked number or address, a device's name, or the question. */
  detail: string | null;
  /** The step-up's purpose. Undefined for a test, which changes nothing. */
  purpose?: PurposeText | undefined;
  /** Label of the submit button. */
  submit: MessageId;
  /** The CSS classes of the main button. */
  variant?: string;
  /** Sets the focus on the field or button when the component mounts. */
  focusOnMount?: boolean | undefined;
  /** The person has just pressed a button for this method, so a key is asked for immediately. */
  pressed?: boolean;
  onVerified: () => void;
  /** Called with the error when a code was refused. Returns true if it handled the error. */
  onRefused?: ((error: unknown) => boolean) | undefined;
  /** Shows the other methods to verify with; undefined if there are none. */
  onChooseAnother?: (() => void) | undefined;
  /** Shows the method that uses a code; undefined if there is none. */
  onUseCode?: (() => void) | undefined;
};

export type VerificationComponent = ComponentType<VerificationProps>;

/** The component of each verification type; the compiler finds a missing type. All except codes load on demand. */
export const verificationComponents: Record<
  VerificationType,
  { screen: VerificationComponent } | { load: () => Promise<{ default: VerificationComponent }> }
> = {
  code: { screen: CodeVerification },
  'sent-code': { load: () => import('./sent-code-verification.tsx') },
  answer: { load: () => import('./answer-verification.tsx') },
  push: { load: () => import('./push-verification.tsx') },
  key: { load: () => import('./key-verification.tsx') },
};
