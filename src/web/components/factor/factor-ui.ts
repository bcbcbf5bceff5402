import type { EnrollBody } from '#contract/endpoints.ts';
import type { VerificationType, FactorKind } from '#contract/kinds.ts';
import type { factorQueries } from '../../api/queries.ts';
import { appCodeField, type CodeFieldSpec } from '../code/code-field-spec.ts';
import type { IconName } from '../ui/icon.tsx';
import type { MessageId } from '../../i18n/message-ids.ts';

/** The browser's texts and icon of a kind. Its screens are in `features/factors/kinds/<kind>/`. */
export type FactorUi = {
  icon: IconName;
  /** The default name. */
  name: MessageId;
  /** One sentence for users who may add it. */
  description: MessageId;
  /** What a user does to verify with it. */
  prompt: MessageId;
  /** What stops when it is removed. */
  removalEffect: MessageId;
  /**
   * How it is verified; null if factors of this kind differ and the server has to say. Undefined: it cannot be verified
   * here.
   */
  verificationType?: VerificationType | null;
  /** The code field, if it differs from an app's. */
  codeField?: CodeFieldSpec;
  /** The page that adds it, in `features/factors/kinds/<kind>/enroll.tsx`; a kind without is added at Okta. */
  enroll?: Enroll & { path: `/add/${FactorKind}` };
};

/** A page's title, and the data of its start, which is fetched before rendering. */
type Enroll = {
  title: MessageId;
  /** The title where it replaces another method; it may have the kind's `name`. */
  replaceTitle?: MessageId;
  needs?: keyof Pick<typeof factorQueries, 'catalog' | 'questions'>;
};

/** What is not named after the kind. The compiler finds a missing kind, and a kind without the page that adds it. */
const kinds: {
  [K in FactorKind]: Omit<FactorUi, 'name' | 'enroll'> &
    (K extends EnrollBody['kind'] ? { enroll: Enroll } : { enroll?: never });
} = {
  totp: {
    icon: 'clock',
    description: 'factors.description.totp',
    prompt: 'factors.prompt.code',
    removalEffect: 'remove.effect.totp',
    verificationType: 'code',
    enroll: { title: 'totp.title', replaceTitle: 'enroll.replace_title' },
  },
  'okta-verify': {
    icon: 'bell',
    description: 'factors.description.okta-verify',
    prompt: 'factors.prompt.code',
    removalEffect: 'remove.effect.okta-verify',
    verificationType: null,
    enroll: {
      title: 'okta-verify.title',
      replaceTitle: 'enroll.replace_title',
      needs: 'catalog',
    },
  },
  sms: {
    icon: 'phone',
    description: 'factors.description.sms',
    prompt: 'factors.prompt.sent-code',
    removalEffect: 'remove.effect.sms',
    verificationType: 'sent-code',
    enroll: {
      title: 'phone.sms.title',
      replaceTitle: 'phone.sms.replace',
      needs: 'catalog',
    },
  },
  call: {
    icon: 'call',
    description: 'factors.description.call',
    prompt: 'factors.prompt.sent-code',
    removalEffect: 'remove.effect.call',
    verificationType: 'sent-code',
    codeField: { ...appCodeField, digits: 5 },
    enroll: {
      title: 'phone.call.title',
      replaceTitle: 'phone.call.replace',
      needs: 'catalog',
    },
  },
  email: {
    icon: 'email',
    description: 'factors.description.email',
    prompt: 'factors.prompt.sent-code',
    removalEffect: 'remove.effect.email',
    verificationType: 'sent-code',
    enroll: { title: 'email.title' },
  },
  question: {
    icon: 'question',
    description: 'factors.description.question',
    prompt: 'factors.prompt.answer',
    removalEffect: 'remove.effect.question',
    verificationType: 'answer',
    enroll: { title: 'question.title', needs: 'questions' },
  },
  webauthn: {
    icon: 'key',
    description: 'factors.description.webauthn',
    prompt: 'factors.prompt.key',
    removalEffect: 'remove.effect.webauthn',
    verificationType: 'key',
    enroll: { title: 'webauthn.title' },
  },
  u2f: {
    icon: 'key',
    description: 'factors.description.u2f',
    prompt: 'factors.prompt.key',
    removalEffect: 'remove.effect.webauthn',
  },
  yubikey: {
    icon: 'token',
    description: 'factors.description.yubikey',
    prompt: 'factors.prompt.key',
    removalEffect: 'remove.effect.webauthn',
    verificationType: 'code',
    codeField: { ...appCodeField, digits: 0, inputType: 'letters' },
  },
  token: {
    icon: 'token',
    description: 'factors.description.token',
    prompt: 'factors.prompt.code',
    removalEffect: 'remove.effect.any',
    verificationType: 'code',
    codeField: { ...appCodeField, digits: 0 },
  },
  hotp: {
    icon: 'token',
    description: 'factors.description.token',
    prompt: 'factors.prompt.code',
    removalEffect: 'remove.effect.any',
    verificationType: 'code',
    codeField: { ...appCodeField, digits: 0 },
  },
  duo: {
    icon: 'shield',
    description: 'factors.description.duo',
    prompt: 'factors.prompt.okta',
    removalEffect: 'remove.effect.any',
  },
  'claims-provider': {
    icon: 'shield',
    description: 'factors.description.claims-provider',
    prompt: 'factors.prompt.okta',
    removalEffect: 'remove.effect.any',
  },
  unknown: {
    icon: 'shield',
    description: 'factors.description.unknown',
    prompt: 'factors.prompt.okta',
    removalEffect: 'remove.effect.any',
  },
};

export const factorUis = Object.fromEntries(
  Object.entries(kinds).map(([kind, { enroll, ...ui }]) => [
    kind,
    { ...ui, name: `factors.kind.${kind}`, enroll: enroll && { ...enroll, path: `/add/${kind}` } },
  ]),
) as Record<FactorKind, FactorUi>;

/** The UI of a kind. A newer BFF may send kinds that this page does not know. */
export const factorUiOf = (kind: string): FactorUi =>
  Object.hasOwn(factorUis, kind) ? factorUis[kind as FactorKind] : factorUis.unknown;
