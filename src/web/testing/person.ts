import type {
  Factor,
  FactorDetail,
  Home,
  NewPhone,
  SecurityQuestion,
  SessionListed,
  Settings,
} from '#contract/endpoints.ts';
import { ApiError } from '#contract/errors.ts';
import { sourceLocale } from '#contract/locale/locales.ts';
import type { PageRequest } from '#contract/page.ts';

// One person's data as the BFF returns them.

const now = Date.parse('2026-03-10T12:00:00.000Z');
const added = '2026-03-03T09:00:00.000Z';

export const settings: Settings = {
  orgName: 'Meridian',
  hasLogo: false,
  supportUrl: 'https://help.example/',
  supportPhone: '+31 20 555 01 00',
  supportHours: 'Monday to Friday, 8:00 to 18:00',
  oktaSettingsUrl: 'https://org.example/settings',
  languages: ['en'],
  simulatorUrl: null,
};

const ids = '00f0000000000000000';
export const totp = {
  id: `${ids}1`,
  kind: 'totp',
  name: 'Google Authenticator',
  detail: null,
  status: 'ACTIVE',
  strength: 3,
  created: added,
  lastVerified: null,
} as const satisfies Factor;
export const key = {
  ...totp,
  id: `${ids}2`,
  kind: 'webauthn',
  name: 'YubiKey 5C',
  strength: 4,
} as const satisfies Factor;
const email: Factor = {
  ...totp,
  id: `${ids}3`,
  kind: 'email',
  name: null,
  detail: 'a••@example.com',
  strength: 1,
  created: null,
};
export const unfinished = {
  ...totp,
  id: `${ids}4`,
  status: 'PENDING_ACTIVATION',
  resumable: 'nowhere',
} as const satisfies Factor;
/** A kind that the pages do not know. A newer BFF could send it. */
export const strange: Factor = { ...totp, id: `${ids}5`, kind: 'carrier-pigeon' as 'unknown', name: 'Pigeon post' };

export const home: Home = {
  session: {
    user: { login: 'ada@example.com', name: 'Ada Lovelace', firstName: 'Ada' },
    helpdesk: null,
    idleEndsAt: '2026-03-10T12:15:00.000Z',
    endsAt: '2026-03-10T20:00:00.000Z',
  },
  factors: [email, totp, key],
  catalog: [
    { kind: 'sms', atOkta: false, strength: 2, status: 'NOT_SETUP', enrollment: 'OPTIONAL' },
    { kind: 'call', atOkta: false, strength: 2, status: 'NOT_SETUP', enrollment: 'OPTIONAL' },
    {
      kind: 'okta-verify',
      methods: ['totp', 'push'],
      atOkta: false,
      strength: 3,
      status: 'NOT_SETUP',
      enrollment: 'REQUIRED',
    },
    { kind: 'duo', atOkta: false, strength: 3, status: 'NOT_SETUP', enrollment: 'OPTIONAL' },
  ],
  notifies: ['a••@example.com'],
  questions: [],
  replacing: [],
  others: [{ browser: 'Safari', system: 'iPhone' }],
  lastChange: { event: 'user.mfa.factor.activate', kind: 'webauthn', at: added },
};

const questions: SecurityQuestion[] = [
  { question: 'disliked_food', questionText: 'What is the food you least liked as a child?' },
  { question: 'first_award', questionText: 'What did you earn your first medal or award for?' },
];

export const detail: FactorDetail = {
  factor: totp,
  enrollment: null,
  verifications: [{ factorId: totp.id, verificationType: 'code' }],
  removal: {
    allowed: true,
    purpose: `remove:${totp.id}`,
    strength: 2,
    steppedUp: false,
    options: [
      {
        type: 'factor',
        factorId: totp.id,
        kind: 'totp',
        name: totp.name,
        detail: null,
        strength: 3,
        verificationType: 'code',
      },
      { type: 'okta', href: `/auth/step-up?purpose=remove%3A${totp.id}&returnTo=%2F` },
    ],
    keeps: [key, email].map(({ kind, name }) => ({ kind, name })),
  },
  notifies: ['a••@example.com'],
};

export const newPhone: NewPhone = {
  person: '00uada',
  methods: [
    { factor: totp, factorIds: [totp.id], onPhone: true, way: 'replace', spare: true },
    { factor: key, factorIds: [key.id], onPhone: false, way: 'add', spare: true },
  ],
  elsewhere: [],
  replacing: [],
};

export const here: SessionListed = {
  id: 'session-here',
  current: true,
  created: added,
  lastSeen: '2026-03-10T11:59:00.000Z',
  browser: 'Firefox',
  system: 'Linux',
  address: '203.0.113.7',
};
export const elsewhere: SessionListed = { ...here, id: 'session-there', current: false, browser: null, system: null };

/** A call without an answer here fails with an internal error. */
export type Answers = {
  home?: Home;
  detail?: FactorDetail;
  sessions?: SessionListed[];
  newPhone?: NewPhone;
  helpdesk?: Record<string, unknown>;
};

/** A request of this person, signed in. `refuse`: the error with which every call rejects. */
export function pageRequest(
  url: string,
  { answers = {}, refuse, ...rest }: Partial<PageRequest> & { answers?: Answers; refuse?: Error } = {},
): PageRequest {
  const replies: Record<string, unknown> = {
    getHome: answers.home ?? home,
    getSession: (answers.home ?? home).session,
    getFactor: answers.detail ?? detail,
    listSupportedFactors: { factors: (answers.home ?? home).catalog },
    listSecurityQuestions: { questions },
    getNewPhone: answers.newPhone ?? newPhone,
    listSessions: { sessions: answers.sessions ?? [here, elsewhere] },
    ...answers.helpdesk,
  };
  const call = (name: string): Promise<never> =>
    refuse || !replies[name]
      ? Promise.reject(refuse ?? new ApiError('internal'))
      : Promise.resolve(replies[name] as never);
  return {
    url,
    signedIn: true,
    formToken: 'form-token',
    settings,
    style: null,
    locale: sourceLocale,
    formResult: null,
    build: 'b-1',
    now,
    call,
    ...rest,
  };
}
