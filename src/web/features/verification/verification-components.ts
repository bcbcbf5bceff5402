import type { ComponentType } from 'react';
import type { VerificationType } from '#contract/kinds.ts';
import type { Feature, MessageId } from '../../i18n/message-ids.ts';
import CodeVerification from './code-verification.tsx';

/** What every way of checking a method takes: the same for a proof and for a test. */
export type VerificationProps = {
  factorId: string;
  /** The method's kind, for its words alone. */
  kind: string;
  name: string;
  /** Where it leads or which one it is: a masked number or address, a device's name, the question. */
  detail: string | null;
  /** What a proof is for. Without it the check changes nothing. */
  purpose?: string | undefined;
  /** What the button says that sends what was typed. */
  submit: MessageId;
  /** Takes the focus when it appears. */
  focusOnMount?: boolean | undefined;
  onVerified: () => void;
  /** Leads to the other ways, where there are some: for who cannot go on with this one. */
  onChooseAnother?: (() => void) | undefined;
};

export type VerificationComponent = ComponentType<VerificationProps>;

/** How each way is checked; leave one out and the compiler says so. All but codes come when they are chosen. */
export const verificationComponents: Record<
  VerificationType,
  | { screen: VerificationComponent }
  | { load: () => Promise<{ default: VerificationComponent }>; messages: readonly Feature[] }
> = {
  code: { screen: CodeVerification },
  'sent-code': { load: () => import('./sent-code-verification.tsx'), messages: ['sent-code'] },
  answer: { load: () => import('./answer-verification.tsx'), messages: ['answer'] },
  push: { load: () => import('./push-verification.tsx'), messages: ['push'] },
  key: { load: () => import('./key-verification.tsx'), messages: ['webauthn'] },
};
