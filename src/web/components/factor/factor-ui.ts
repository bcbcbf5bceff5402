import type { EnrollBody } from '#contract/endpoints.ts';
import type { VerificationType, FactorKind } from '#contract/kinds.ts';
import type { factorQueries } from '../../api/queries.ts';
import { appCodeField, type CodeFieldSpec } from '../code/code-field-spec.ts';
import type { IconName } from '../ui/icon.tsx';
import type { MessageId } from '../../i18n/message-ids.ts';

/** The browser's texts and icon of a kind. Its screens are in `features/factors/kinds/<kind>/`. */
export type FactorUi = {
  kind: FactorKind;
  icon: IconName;
  /** The default name. */
  name: MessageId;
  /** One sentence for users who may add it. */
  description: MessageId;
  /** What a user does to verify with it. */
  prompt: MessageId;
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

/** What a kind's name does not give. The compiler finds a missing kind, and a kind without the page that adds it. */
const kinds: {
  [K in FactorKind]: Omit<FactorUi, 'kind' | 'name' | 'description' | 'enroll'> &
    (K extends EnrollBody['kind'] ? { enroll: Enroll } : { enroll?: never });
} = {
  totp: {
    icon: 'app',
    prompt: 'factors.prompt.code',
    verificationType: 'code',
    enroll: { title: 'totp.title', replaceTitle: 'enroll.replace_title' },
  },
  'okta-verify': {
    icon: 'bell',
    prompt: 'factors.prompt.code',
    verificationType: null,
    enroll: {
      title: 'okta-verify.title',
      replaceTitle: 'enroll.replace_title',
      needs: 'catalog',
    },
  },
  sms: {
    icon: 'message',
    prompt: 'factors.prompt.sent-code',
    verificationType: 'sent-code',
    enroll: {
      title: 'phone.sms.title',
      replaceTitle: 'phone.sms.replace',
      needs: 'catalog',
    },
  },
  call: {
    icon: 'call',
    prompt: 'factors.prompt.sent-code',
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
    prompt: 'factors.prompt.sent-code',
    verificationType: 'sent-code',
    enroll: { title: 'email.title' },
  },
  question: {
    icon: 'question',
    prompt: 'factors.prompt.answer',
    verificationType: 'answer',
    enroll: { title: 'question.title', needs: 'questions' },
  },
  webauthn: {
    icon: 'key',
    prompt: 'factors.prompt.key',
    verificationType: 'key',
    enroll: { title: 'webauthn.title' },
  },
  u2f: {
    icon: 'key',
    prompt: 'factors.prompt.key',
  },
  yubikey: {
    icon: 'token',
    prompt: 'factors.prompt.key',
    verificationType: 'code',
    codeField: { ...appCodeField, digits: 0, inputType: 'letters' },
  },
  token: {
    icon: 'token',
    prompt: 'factors.prompt.code',
    verificationType: 'code',
    codeField: { ...appCodeField, digits: 0 },
  },
  hotp: {
    icon: 'token',
    prompt: 'factors.prompt.code',
    verificationType: 'code',
    codeField: { ...appCodeField, digits: 0 },
  },
  duo: {
    icon: 'other',
    prompt: 'factors.prompt.okta',
  },
  'claims-provider': {
    icon: 'other',
    prompt: 'factors.prompt.okta',
  },
  unknown: {
    icon: 'other',
    prompt: 'factors.prompt.okta',
  },
};

/** What is named after the kind. The compiler finds a kind without these texts. */
const nameTexts = (kind: FactorKind): Pick<FactorUi, 'kind' | 'name' | 'description'> => ({
  kind,
  name: `factors.kind.${kind}`,
  description: `factors.description.${kind}`,
});

export const factorUis = Object.fromEntries(
  Object.entries(kinds).map(([kind, { enroll, ...ui }]) => [
    kind,
    { ...ui, ...nameTexts(kind as FactorKind), enroll: enroll && { ...enroll, path: `/add/${kind}` } },
  ]),
) as Record<FactorKind, FactorUi>;

/** The UI of a kind. A newer BFF may send kinds that this page does not know. */
export const getFactorUi = (kind: string): FactorUi =>
  Object.hasOwn(factorUis, kind) ? factorUis[kind as FactorKind] : factorUis.unknown;
