import type { EnrollBody } from '#contract/endpoints.ts';
import type { FactorKind } from '#contract/kinds.ts';
import type { factorQueries } from '../../api/queries.ts';
import type { IconName } from '../ui/icon.tsx';
import type { MessageId } from '../../i18n/message-ids.ts';

/** The kind's screens are in `features/factors/kinds/<kind>/`. */
export type FactorUi = {
  kind: FactorKind;
  icon: IconName;
  name: MessageId;
  description: MessageId;
  /** The page that adds this kind. Undefined: only Okta's pages add it. */
  enroll?: Enroll & { path: `/add/${FactorKind}` };
};

type Enroll = {
  title: MessageId;
  replaceTitle?: MessageId;
  needs?: keyof Pick<typeof factorQueries, 'catalog' | 'questions'>;
};

/** The compiler finds a missing kind, and a kind that lacks its page. */
const kinds: {
  [K in FactorKind]: Omit<FactorUi, 'kind' | 'name' | 'description' | 'enroll'> &
    (K extends EnrollBody['kind'] ? { enroll: Enroll } : { enroll?: never });
} = {
  totp: {
    icon: 'app',
    enroll: { title: 'totp.title', replaceTitle: 'enroll.replace_title' },
  },
  'okta-verify': {
    icon: 'bell',
    enroll: { title: 'okta-verify.title', replaceTitle: 'enroll.replace_title', needs: 'catalog' },
  },
  sms: {
    icon: 'message',
    enroll: { title: 'phone.sms.title', replaceTitle: 'phone.sms.replace', needs: 'catalog' },
  },
  call: {
    icon: 'call',
    enroll: { title: 'phone.call.title', replaceTitle: 'phone.call.replace', needs: 'catalog' },
  },
  email: {
    icon: 'email',
    enroll: { title: 'email.title' },
  },
  question: {
    icon: 'question',
    enroll: { title: 'question.title', needs: 'questions' },
  },
  webauthn: {
    icon: 'key',
    enroll: { title: 'webauthn.title' },
  },
  u2f: { icon: 'key' },
  yubikey: { icon: 'token' },
  token: { icon: 'token' },
  hotp: { icon: 'token' },
  duo: { icon: 'other' },
  'claims-provider': { icon: 'other' },
  unknown: { icon: 'other' },
};

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

/** A newer BFF may send kinds that this page does not know. */
export const getFactorUi = (kind: string): FactorUi =>
  Object.hasOwn(factorUis, kind) ? factorUis[kind as FactorKind] : factorUis.unknown;
