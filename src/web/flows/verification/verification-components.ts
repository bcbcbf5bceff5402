import type { PurposeText } from '#contract/purposes.ts';
import type { ComponentType } from 'react';
import type { VerificationType } from '#contract/kinds.ts';
import type { MessageId } from '../../i18n/message-ids.ts';
import CodeVerification from './code-verification.tsx';

/** For step-ups and for tests of a method. */
export type VerificationProps = {
  factorId: string;
  /** Only selects texts. */
  kind: string;
  name: string;
  /** A masked number or address, a device's name, or the question. */
  detail: string | null;
  /** Undefined for a test, which changes nothing. */
  purpose?: PurposeText | undefined;
  submit: MessageId;
  variant?: string;
  focusOnMount?: boolean | undefined;
  /** The person has just pressed a button for this method, so a key is asked for immediately. */
  pressed?: boolean;
  onVerified: () => void;
  /** Returns true if it handled the error. */
  onRefused?: ((error: unknown) => boolean) | undefined;
  /** Undefined: there are no other methods. */
  onChooseAnother?: (() => void) | undefined;
  /** Undefined: no method uses a code. */
  onUseCode?: (() => void) | undefined;
};

export type VerificationComponent = ComponentType<VerificationProps>;

/** The compiler finds a missing type. All except codes load on demand. */
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
