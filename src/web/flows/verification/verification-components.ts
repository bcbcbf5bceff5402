import type { PurposeText } from '#contract/purposes.ts';
import type { ComponentType } from 'react';
import type { VerificationType } from '#contract/kinds.ts';
import type { MessageId } from '../../i18n/message-ids.ts';
import CodeVerification from './code-verification.tsx';

/** Props of every verification, for step-ups and tests. */
export type VerificationProps = {
  factorId: string;
  /** The method's kind; it only selects texts. */
  kind: string;
  name: string;
  /** A masked number or address, a device's name, or the question. */
  detail: string | null;
  /** The step-up's purpose. Without it the verification changes nothing. */
  purpose?: PurposeText | undefined;
  /** Label of the submit button. */
  submit: MessageId;
  /** The classes of its main button. */
  variant?: string;
  /** Takes the focus when it mounts. */
  focusOnMount?: boolean | undefined;
  /** The person has just pressed to use it, so a key asks at once. */
  pressed?: boolean;
  onVerified: () => void;
  /** Hears why a code was refused. True when the caller handles the error. */
  onRefused?: ((error: unknown) => boolean) | undefined;
  /** Goes to the other options, if there are any. */
  onChooseAnother?: (() => void) | undefined;
  /** Goes to the option that shows a code, if there is one. */
  onUseCode?: (() => void) | undefined;
};

export type VerificationComponent = ComponentType<VerificationProps>;

/** The component of each verification type; the compiler finds a missing one. All but codes load on demand. */
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
