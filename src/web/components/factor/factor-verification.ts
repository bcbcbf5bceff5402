import type { FactorKind, VerificationType } from '#contract/kinds.ts';
import type { MessageId } from '../../i18n/message-ids.ts';
import { appCodeField, type CodeFieldSpec } from '../code/code-field-spec.ts';

type FactorVerification = {
  /** What a person does to verify with the method. */
  prompt: MessageId;
  /** Null: methods of this kind differ, so the server says how. Undefined: only Okta can verify the method. */
  verificationType?: VerificationType | null;
  /** Only for a kind whose code field differs from an app's. */
  codeField?: CodeFieldSpec;
};

const showsCode = { prompt: 'factors.prompt.code', verificationType: 'code' } as const;
const sendsCode = { prompt: 'factors.prompt.sent-code', verificationType: 'sent-code' } as const;
const anyCode = { ...appCodeField, digits: 0 };
const atOkta = { prompt: 'factors.prompt.okta' } as const;

/** Separate from `factor-ui.ts`, because the list page does not need this. */
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

/** A newer BFF may send kinds that this page does not know. */
export const getFactorVerification = (kind: string): FactorVerification =>
  Object.hasOwn(factorVerifications, kind) ? factorVerifications[kind as FactorKind] : atOkta;
