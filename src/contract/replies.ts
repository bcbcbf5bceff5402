import { locale, purpose } from './schemas.ts';
import * as z from 'zod/mini';
import { changeEvents, verificationTypes, factorKinds, keyBackups, methodLocationsOrUnknown } from './kinds.ts';

/** Response schemas. The browser imports only their types; the BFF's tests validate every response. */

const kind = z.enum(factorKinds);
const strength = z.union([z.literal(1), z.literal(2), z.literal(3), z.literal(4)]);
const verificationType = z.enum(verificationTypes);

/** What names a method: its owner's name for it, if any, else its kind, and Okta's type of one of an unknown kind. */
export const namedMethod = z.strictObject({ kind, name: z.nullable(z.string()), factorType: z.optional(z.string()) });

/** One security method. `created` is ISO 8601, or null where Okta does not give it (email). */
export const factor = z.strictObject({
  ...namedMethod.shape,
  id: z.string(),
  /** A masked number or address, a device's or key's name, or the question. */
  detail: z.nullable(z.string()),
  status: z.string(),
  strength,
  created: z.nullable(z.string()),
  /** When it was last used, as Okta says it: of keys only. */
  lastVerified: z.nullable(z.string()),
  /** When it last verified its owner here, in a step-up or a test; for its owner, of what Okta does not tell. */
  usedHere: z.optional(z.string()),
  /** Where it probably is, for its owner. */
  location: z.optional(z.enum(methodLocationsOrUnknown)),
  /** Whether a key can leave its device, for its owner, as it was when the key was added here. */
  backup: z.optional(z.enum(keyBackups)),
  /** A name to offer for a key that was just added. */
  suggestedName: z.optional(z.string()),
});

/** One method that the org offers this user. `status` is Okta's (`NOT_SETUP`, `ACTIVE`, …). */
export const supportedFactor = z.strictObject({
  kind,
  /** Which parts of Okta Verify are offered. */
  methods: z.optional(z.array(z.enum(['push', 'totp']))),
  /** Phone numbers on file, masked. */
  phones: z.optional(z.array(z.string())),
  /** True when it can be added at Okta only, because its keys belong to another domain. */
  atOkta: z.boolean(),
  strength,
  status: z.string(),
  enrollment: z.enum(['OPTIONAL', 'REQUIRED']),
});

export const stepUpOption = z.union([
  z.strictObject({
    type: z.literal('factor'),
    factorId: z.string(),
    kind,
    name: z.nullable(z.string()),
    /** A masked number or address, or a device's name. */
    detail: z.nullable(z.string()),
    strength,
    verificationType,
  }),
  /** Sign in at Okta again. `href` starts it and returns here. */
  z.strictObject({ type: z.literal('okta'), href: z.string() }),
]);

/** A step-up that is missing. `strength`: the least; 0: a fresh sign-in. */
export const neededStepUp = z.strictObject({ purpose, strength: z.number(), options: z.array(stepUpOption) });
/** Null: nothing is missing, or only the change itself can tell. */
export const stepUpMissing = z.strictObject({ stepUp: z.nullable(neededStepUp) });

/** Whether and how this factor can be removed. */
export const removal = z.union([
  z.strictObject({
    allowed: z.literal(true),
    purpose,
    /** Required strength of the step-up; 0: a fresh sign-in. */
    strength: z.number(),
    /** True while a step-up for this removal is valid. */
    steppedUp: z.boolean(),
    options: z.array(stepUpOption),
    /** The remaining methods. */
    keeps: z.array(namedMethod),
  }),
  z.strictObject({
    allowed: z.literal(false),
    reason: z.enum(['last_factor', 'required_factor']),
  }),
]);

const person = z.strictObject({ login: z.string(), name: z.string(), firstName: z.string() });

export const settings = z.strictObject({
  orgName: z.string(),
  /** Whether `addresses.logo` has the organization's logo. */
  hasLogo: z.boolean(),
  /** The languages that the portal offers, the default first. */
  languages: z.tuple([locale], locale),
  supportUrl: z.nullable(z.string()),
  supportPhone: z.nullable(z.string()),
  /** When the helpdesk answers, in its own words. */
  supportHours: z.nullable(z.string()),
  /** Where users manage at Okta what Latchkey does not. */
  oktaSettingsUrl: z.nullable(z.string()),
  /** Demo mode: address of the simulator. */
  simulatorUrl: z.nullable(z.string()),
});

export const sessionView = z.strictObject({
  user: person,
  /** Their role at the helpdesk; an approver who is an agent too counts as approver. */
  helpdesk: z.nullable(z.enum(['agent', 'approver', 'auditor'])),
  /** True while changes to their methods are frozen. */
  frozen: z.optional(z.boolean()),
  /** When the session ends without activity, and at the latest; ISO 8601. */
  idleEndsAt: z.string(),
  endsAt: z.string(),
});

/** From the User-Agent header, so only a hint: `Firefox`, `Android`; null when unknown. */
const device = z.strictObject({ browser: z.nullable(z.string()), system: z.nullable(z.string()) });

export const sessionListed = z.strictObject({
  id: z.string(),
  current: z.boolean(),
  created: z.string(),
  lastSeen: z.string(),
  ...device.shape,
  /** The address that it began from. */
  address: z.string(),
});

/** What is, or may be, on the phone of a person who has a new one. */
export const newPhone = z.strictObject({
  /** The person's id at Okta. */
  person: z.string(),
  methods: z.array(
    z.strictObject({
      factor,
      /** The ids of its factors. */
      factorIds: z.array(z.string()),
      /** Whether it is, or may be, on a phone; the others only tell which ones were there. */
      onPhone: z.boolean(),
      /** `replace`: the old one goes first. `after`: once the new one is verified. `add`: by adding and removing. */
      way: z.enum(['replace', 'after', 'add']),
      /** Whether another method can prove its owner meanwhile. */
      spare: z.boolean(),
    }),
  ),
  /** Those on a phone that can neither be added nor tested here. */
  elsewhere: z.array(namedMethod),
});

export const home = z.strictObject({
  session: sessionView,
  factors: z.array(factor),
  catalog: z.array(supportedFactor),
  /** Masked addresses that notifications go to. */
  notifies: z.array(z.string()),
  /** The ids of the helpdesk's questions that wait for this user's answer. */
  questions: z.array(z.string()),
  /** Set where a first method takes a recovery code from the helpdesk: whether one holds. */
  recoveryCode: z.optional(z.enum(['holds', 'ended'])),
  /** Methods whose replacement this user has begun and not finished. `left`: whether the old one is still there. */
  replacing: z.array(z.strictObject({ kind, left: z.boolean(), newFactorId: z.nullable(z.string()) })),
  /** The browsers of this user's other sessions, the one used last first. */
  others: z.array(device),
  /** The newest change here. `kind`: of the methods changed, separated by spaces; null: no method, or all. */
  lastChange: z.optional(z.strictObject({ event: z.enum(changeEvents), kind: z.nullable(z.string()), at: z.string() })),
});

export const factorList = z.strictObject({ factors: z.array(factor) });
export const catalog = z.strictObject({ factors: z.array(supportedFactor) });

export const factorDetail = z.strictObject({
  factor,
  /** For an enrollment of this session: how it can be finished, and until when. */
  enrollment: z.nullable(
    z.strictObject({
      expiresAt: z.string(),
      how: z.enum(['secret', 'code', 'poll', 'create']),
      /** The number of the start, which the page sends with its code. */
      start: z.optional(z.number()),
      /** With `poll`: what a phone needs to finish it. */
      poll: z.optional(z.strictObject({ qr: z.string(), links: z.array(z.enum(['sms', 'email'])) })),
    }),
  ),
  /** Whether another session of this user can still finish its enrollment. */
  elsewhere: z.optional(z.boolean()),
  /** How it can be verified here, strongest first; empty when it cannot. */
  verifications: z.array(z.strictObject({ factorId: z.string(), verificationType })),
  removal,
  /** A key that belongs to the portal's own pages: what tells the browser, once it is removed. */
  credential: z.optional(z.strictObject({ rpId: z.string(), credentialId: z.string() })),
  notifies: z.array(z.string()),
});

/** A message that was sent. The next one can be requested at `resendAt`. */
export const sent = z.strictObject({
  /** A masked number or address. */
  to: z.nullable(z.string()),
  resendAt: z.string(),
  /** ISO 8601: when the sent code expires. */
  expiresAt: z.nullable(z.string()),
});

const creationOptions = z.looseObject({ challenge: z.string(), rp: z.looseObject({ name: z.string() }) });
const requestOptions = z.looseObject({ challenge: z.string() });

/** How to finish the enrollment. Its secret is sent once and must not be cached. */
const activation = z.discriminatedUnion('how', [
  z.strictObject({ how: z.literal('secret'), sharedSecret: z.string(), uri: z.string(), expiresAt: z.string() }),
  z.strictObject({ how: z.literal('code'), digits: z.number(), sent, expiresAt: z.string() }),
  z.strictObject({
    how: z.literal('poll'),
    qr: z.string(),
    links: z.array(z.enum(['sms', 'email'])),
    expiresAt: z.string(),
  }),
  /** `PublicKeyCredentialCreationOptionsJSON` (WebAuthn Level 3, section 5.1.8). */
  z.strictObject({ how: z.literal('create'), options: creationOptions, expiresAt: z.string() }),
]);

/**
 * `activation` is null for a kind that is active at once. `start`: the number of this start, which the page sends with
 * its code.
 */
export const enrolled = z.strictObject({ factor, activation: z.nullable(activation), start: z.optional(z.number()) });
export const activated = z.strictObject({ factor });
export const activationPoll = z.union([
  z.strictObject({ result: z.literal('ACTIVE'), factor }),
  z.strictObject({ result: z.enum(['WAITING', 'TIMEOUT', 'CANCELLED', 'ERROR']), expiresAt: z.nullable(z.string()) }),
]);

const stepUp = z.strictObject({ purpose, strength: z.number(), expiresAt: z.string() });
export const verified = z.discriminatedUnion('factorResult', [
  z.strictObject({ factorResult: z.literal('SUCCESS'), stepUp: z.optional(stepUp) }),
  z.strictObject({
    factorResult: z.literal('CHALLENGE'),
    challenge: z.discriminatedUnion('how', [
      z.strictObject({ how: z.literal('code'), digits: z.number(), sent }),
      /** `PublicKeyCredentialRequestOptionsJSON` (WebAuthn Level 3, section 5.1.9). */
      z.strictObject({ how: z.literal('assert'), options: requestOptions }),
    ]),
  }),
  z.strictObject({
    factorResult: z.literal('WAITING'),
    transactionId: z.string(),
    expiresAt: z.string(),
    /** The number to choose on the phone; null without number matching. */
    number: z.nullable(z.number()),
  }),
]);
/** The state of a push. With SUCCESS, `stepUp` is set if the push had a purpose. */
export const transaction = z.strictObject({
  factorResult: z.enum(['WAITING', 'SUCCESS', 'REJECTED', 'TIMEOUT', 'CANCELLED', 'ERROR']),
  expiresAt: z.string(),
  number: z.nullable(z.number()),
  stepUp: z.optional(stepUp),
});
export const questionList = z.strictObject({
  questions: z.array(z.strictObject({ question: z.string(), questionText: z.string() })),
});
export const sessionList = z.strictObject({ sessions: z.array(sessionListed) });
