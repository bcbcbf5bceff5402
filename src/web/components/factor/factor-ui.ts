import type { VerificationType, FactorKind } from '#contract/kinds.ts';
import type { factorQueries } from '../../api/queries.ts';
import { appCodeField, type CodeFieldSpec } from '../code/code-field-spec.ts';
import type { IconName } from '../ui/icon.tsx';
import type { MessageId } from '../../i18n/translate.tsx';

/** What the browser knows of a kind. A kind that has screens of its own keeps them in `factors/<kind>/`. */
export type FactorUi = {
  icon: IconName;
  /** What it is called where its own name is not known. */
  name: MessageId;
  /** One sentence for who thinks about adding it. */
  description: MessageId;
  /** What one does with it to prove who one is. */
  prompt: MessageId;
  /** What stops when it is removed. */
  removalEffect: MessageId;
  /**
   * How it can be checked here; null where a factor of this kind may have several ways, which the server knows.
   * Without: not at all.
   */
  verificationType?: VerificationType | null;
  /** The code it shows or types, where it is not an app's. */
  codeField?: CodeFieldSpec;
  /** How it is added here; kinds without are added at Okta. */
  enroll?: {
    path: `/add/${FactorKind}`;
    title: MessageId;
    /** What its start shows besides, fetched before it is drawn. */
    needs?: keyof Pick<typeof factorQueries, 'catalog' | 'questions'>;
  };
};

/** Leave a kind out and the compiler says so; nothing else in the browser lists them. */
export const factorUis: Record<FactorKind, FactorUi> = {
  totp: {
    icon: 'clock',
    name: 'kind.totp',
    description: 'description.totp',
    prompt: 'prompt.code',
    removalEffect: 'removal_effect.totp',
    verificationType: 'code',
    enroll: {
      path: '/add/totp',
      title: 'totp.title',
    },
  },
  'okta-verify': {
    icon: 'bell',
    name: 'kind.okta-verify',
    description: 'description.okta-verify',
    prompt: 'prompt.code',
    removalEffect: 'removal_effect.okta-verify',
    verificationType: null,
    enroll: {
      path: '/add/okta-verify',
      title: 'okta_verify.title',
      needs: 'catalog',
    },
  },
  sms: {
    icon: 'phone',
    name: 'kind.sms',
    description: 'description.sms',
    prompt: 'prompt.sent',
    removalEffect: 'removal_effect.sms',
    verificationType: 'sent-code',
    enroll: {
      path: '/add/sms',
      title: 'phone.sms.title',
      needs: 'catalog',
    },
  },
  call: {
    icon: 'call',
    name: 'kind.call',
    description: 'description.call',
    prompt: 'prompt.sent',
    removalEffect: 'removal_effect.call',
    verificationType: 'sent-code',
    codeField: { ...appCodeField, digits: 5 },
    enroll: {
      path: '/add/call',
      title: 'phone.call.title',
      needs: 'catalog',
    },
  },
  email: {
    icon: 'email',
    name: 'kind.email',
    description: 'description.email',
    prompt: 'prompt.sent',
    removalEffect: 'removal_effect.email',
    verificationType: 'sent-code',
    enroll: {
      path: '/add/email',
      title: 'email.title',
    },
  },
  question: {
    icon: 'question',
    name: 'kind.question',
    description: 'description.question',
    prompt: 'prompt.answer',
    removalEffect: 'removal_effect.question',
    verificationType: 'answer',
    enroll: {
      path: '/add/question',
      title: 'question.title',
      needs: 'questions',
    },
  },
  webauthn: {
    icon: 'key',
    name: 'kind.webauthn',
    description: 'description.webauthn',
    prompt: 'prompt.touch',
    removalEffect: 'removal_effect.webauthn',
    verificationType: 'key',
    enroll: {
      path: '/add/webauthn',
      title: 'key.title',
    },
  },
  u2f: {
    icon: 'key',
    name: 'kind.u2f',
    description: 'description.u2f',
    prompt: 'prompt.touch',
    removalEffect: 'removal_effect.webauthn',
  },
  yubikey: {
    icon: 'token',
    name: 'kind.yubikey',
    description: 'description.yubikey',
    prompt: 'prompt.touch',
    removalEffect: 'removal_effect.webauthn',
    verificationType: 'code',
    codeField: { ...appCodeField, inputType: 'letters' },
  },
  token: {
    icon: 'token',
    name: 'kind.token',
    description: 'description.token',
    prompt: 'prompt.code',
    removalEffect: 'removal_effect.any',
    verificationType: 'code',
  },
  hotp: {
    icon: 'token',
    name: 'kind.hotp',
    description: 'description.token',
    prompt: 'prompt.code',
    removalEffect: 'removal_effect.any',
    verificationType: 'code',
  },
  duo: {
    icon: 'shield',
    name: 'kind.duo',
    description: 'description.duo',
    prompt: 'prompt.okta',
    removalEffect: 'removal_effect.any',
  },
  'claims-provider': {
    icon: 'shield',
    name: 'kind.claims-provider',
    description: 'description.claims-provider',
    prompt: 'prompt.okta',
    removalEffect: 'removal_effect.any',
  },
  unknown: {
    icon: 'shield',
    name: 'kind.unknown',
    description: 'description.unknown',
    prompt: 'prompt.okta',
    removalEffect: 'removal_effect.any',
  },
};

/** The face of a kind by its name on the wire; a newer BFF may know kinds that this page does not. */
export const factorUiOf = (kind: string): FactorUi =>
  Object.hasOwn(factorUis, kind) ? factorUis[kind as FactorKind] : factorUis.unknown;
