import type { EnrollBody } from '#contract/endpoints.ts';
import type { FactorKind } from '#contract/kinds.ts';
import type { factorQueries } from '../../api/queries.ts';
import type { IconName } from '../ui/icon.tsx';
import type { MessageId } from '../../i18n/message-ids.ts';

/** The browser's texts and icon for a kind. The kind's screens are in `features/factors/kinds/<kind>/`. */
export type FactorUi = {
  kind: FactorKind;
  icon: IconName;
  /** The default name. */
  name: MessageId;
  /** One sentence for people who may add this kind. */
  description: MessageId;
  /** The page that adds this kind, in `features/factors/kinds/<kind>/enroll.tsx`. Undefined: Okta's pages add it. */
  enroll?: Enroll & { path: `/add/${FactorKind}` };
};

/** The title of the page that adds a method, and the query that the page needs before it renders. */
type Enroll = {
  title: MessageId;
  /** The title if the page replaces another method. The message gets the kind's name as `name`. */
  replaceTitle?: MessageId;
  needs?: keyof Pick<typeof factorQueries, 'catalog' | 'questions'>;
};

/**
 * The properties that do not follow from a kind's name. The compiler finds a missing kind, and a kind that lacks its
 * page.
 */
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
    enroll: {
      title: 'okta-verify.title',
      replaceTitle: 'enroll.replace_title',
      needs: 'catalog',
    },
  },
  sms: {
    icon: 'message',
    enroll: {
      title: 'phone.sms.title',
      replaceTitle: 'phone.sms.replace',
      needs: 'catalog',
    },
  },
  call: {
    icon: 'call',
    enroll: {
      title: 'phone.call.title',
      replaceTitle: 'phone.call.replace',
      needs: 'catalog',
    },
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
  u2f: {
    icon: 'key',
  },
  yubikey: {
    icon: 'token',
  },
  token: {
    icon: 'token',
  },
  hotp: {
    icon: 'token',
  },
  duo: {
    icon: 'other',
  },
  'claims-provider': {
    icon: 'other',
  },
  unknown: {
    icon: 'other',
  },
};

/** The properties that follow from the kind's name. The compiler finds a kind that lacks these texts. */
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

/** Returns the UI of a kind. A newer BFF may send kinds that this page does not know. */
export const getFactorUi = (kind: string): FactorUi =>
  Object.hasOwn(factorUis, kind) ? factorUis[kind as FactorKind] : factorUis.unknown;
