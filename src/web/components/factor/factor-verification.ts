import type { FactorKind, VerificationType } from '#contract/kinds.ts';
import type { MessageId } from '../../i18n/message-ids.ts';
import { appCodeField, type CodeFieldSpec } from '../code/code-field-spec.ts';

type FactorVerification = {
  /** What a user does to verify with it. */
  prompt: MessageId;
  /**
   * How it is verified; null if factors of this kind differ and the server has to say. Undefined: it cannot be verified
   * here.
   */
  verificationType?: VerificationType | null;
  /** The code field, if it differs from an app's. */
  codeField?: CodeFieldSpec;
};

const showsCode = { prompt: 'factors.prompt.code', verificationType: 'code' } as const;
const sendsCode = { prompt: 'factors.prompt.sent-code', verificationType: 'sent-code' } as const;
const anyCode = { ...appCodeField, digits: 0 };
const atOkta = { prompt: 'factors.prompt.okta' } as const;

/** How each kind is verified. Apart from `factor-ui.ts`, since the list does not need it. */
const factorVerifications: Record<FactorKind, FactorVerification> = {
  totp: showsCode,
  'okta-verify': { ...showsCode, verificationType: null },
  sms: sendsCode,
  call: { ...sendsCode, codeField: { ...appCodeField, digits: 5 } },
  email: sendsCode,
  question: { prompt: 'factors.prompt.answer', verificationType: 'answer' },
  webauthn: { prompt: 'factors.prompt.key', verificationType: 'key' },
  u2f: { prompt: 'factors.prompt.key' },
  yubikey: {
    prompt: 'factors.prompt.key',
    verificationType: 'code',
    codeField: { ...anyCode, inputType: 'letters' },
  },
  token: { ...showsCode, codeField: anyCode },
  hotp: { ...showsCode, codeField: anyCode },
  duo: atOkta,
  'claims-provider': atOkta,
  unknown: atOkta,
};

/** How a kind is verified. A newer BFF may send kinds that this page does not know. */
export const getFactorVerification = (kind: string): FactorVerification =>
  Object.hasOwn(factorVerifications, kind) ? factorVerifications[kind as FactorKind] : atOkta;
