import { locale, purpose } from './schemas.ts';
import * as z from 'zod/mini';
import { changeEvents, verificationTypes, factorKinds, keyBackups, methodLocationsOrUnknown } from './kinds.ts';

/** Response schemas. The browser imports only their types; the BFF's tests validate every response. */

const kind = z.enum(factorKinds);
const strength = z.union([z.literal(1), z.literal(2), z.literal(3), z.literal(4)]);
const verificationType = z.enum(verificationTypes);

/**
 * The data that name a method: the name that its owner chose, or else its kind, with Okta's type if the kind is
 * unknown.
 */
export const namedMethod = z.strictObject({ kind, name: z.nullable(z.string()), factorType: z.optional(z.string()) });

/** One security method. `created`: ISO 8601, or null if Okta does not tell (email). */
export const factor = z.strictObject({
  ...namedMethod.shape,
  id: z.string(),
  /** A masked number or address, a device's or key's name, or the question. */
  detail: z.nullable(z.string()),
  status: z.string(),
  strength,
  created: z.nullable(z.string()),
  /** When the method was last used according to Okta, which tells this only for keys. */
  lastVerified: z.nullable(z.string()),
  /** When the method last verified its owner in the portal. Only for the owner, if Okta does not tell the last use. */
  usedHere: z.optional(z.string()),
  /** Where the method probably is. Only for its owner. */
  location: z.optional(z.enum(methodLocationsOrUnknown)),
  /** Whether a key could leave its device when it was added in the portal. Only for its owner. */
  backup: z.optional(z.enum(keyBackups)),
  /** A suggested name for a key that was just added. */
  suggestedName: z.optional(z.string()),
});

/** One method that the org offers this user. `status` is Okta's (`NOT_SETUP`, `ACTIVE`, …). */
export const supportedFactor = z.strictObject({
  kind,
  /** Which parts of Okta Verify are offered. */
  methods: z.optional(z.array(z.enum(['push', 'totp']))),
  /** Phone numbers on file, masked. */
  phones: z.optional(z.array(z.string())),
  /** True if the kind can only be added at Okta, because its keys belong to another domain. */
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
  /** A new sign-in at Okta. `href` starts it and returns to the page. */
  z.strictObject({ type: z.literal('okta'), href: z.string() }),
]);

/** A missing step-up. `strength`: the least strength of a method that suffices; 0: a fresh sign-in at Okta. */
export const neededStepUp = z.strictObject({ purpose, strength: z.number(), options: z.array(stepUpOption) });
/** Null if no step-up is missing, or if only the change itself can tell whether one is missing. */
export const stepUpMissing = z.strictObject({ stepUp: z.nullable(neededStepUp) });

/** Whether and how this factor can be removed. */
export const removal = z.union([
  z.strictObject({
    allowed: z.literal(true),
    purpose,
    /** The strength that the step-up requires; 0: a fresh sign-in at Okta. */
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
  /** The languages that the portal offers, with the default first. */
  languages: z.tuple([locale], locale),
  supportUrl: z.nullable(z.string()),
  supportPhone: z.nullable(z.string()),
  /** When the helpdesk can be reached: free text from the configuration (`SUPPORT_HOURS`), shown unchanged. */
  supportHours: z.nullable(z.string()),
  /** Okta's page where people manage what Latchkey does not. */
  oktaSettingsUrl: z.nullable(z.string()),
  /** Demo mode: the simulator's address. */
  simulatorUrl: z.nullable(z.string()),
});

export const sessionView = z.strictObject({
  user: person,
  /** The person's role at the helpdesk. An approver who is also an agent counts as approver. */
  helpdesk: z.nullable(z.enum(['agent', 'approver', 'auditor'])),
  /** True while changes of the person's methods are frozen. */
  frozen: z.optional(z.boolean()),
  /** When the session ends without activity, and when it ends at the latest; ISO 8601. */
  idleEndsAt: z.string(),
  endsAt: z.string(),
});

/** From the User-Agent header, therefore only a hint: `Firefox`, `Android`; null if unknown. */
const device = z.strictObject({ browser: z.nullable(z.string()), system: z.nullable(z.string()) });

export const sessionListed = z.strictObject({
  id: z.string(),
  current: z.boolean(),
  created: z.string(),
  lastSeen: z.string(),
  ...device.shape,
  /** The IP address from which the session began. */
  address: z.string(),
});

/** The methods that are, or may be, on the old phone of a person with a new phone. */
export const newPhone = z.strictObject({
  /** The person's id at Okta. */
  person: z.string(),
  methods: z.array(
    z.strictObject({
      factor,
      /** The ids of the method's factors. */
      factorIds: z.array(z.string()),
      /**
       * Whether the method is, or may be, on a phone. Other methods are included, so that the page recognizes new ones.
       */
      onPhone: z.boolean(),
      /**
       * `replace`: the old method is removed first. `after`: after the new one is verified. `add`: the new one is added
       * separately.
       */
      way: z.enum(['replace', 'after', 'add']),
      /** Whether the person has another method to step up with during the move. */
      spare: z.boolean(),
    }),
  ),
  /** Methods on a phone that can neither be added nor tested in the portal. */
  elsewhere: z.array(namedMethod),
});

export const home = z.strictObject({
  session: sessionView,
  factors: z.array(factor),
  catalog: z.array(supportedFactor),
  /** The masked addresses that get notifications. */
  notifies: z.array(z.string()),
  /** The ids of the helpdesk's questions that wait for this person's answer. */
  questions: z.array(z.string()),
  /** Set if the first method needs a recovery code from the helpdesk: whether the code is still valid. */
  recoveryCode: z.optional(z.enum(['holds', 'ended'])),
  /** Unfinished replacements of this person. `left`: whether the old method still exists. */
  replacing: z.array(z.strictObject({ kind, left: z.boolean(), newFactorId: z.nullable(z.string()) })),
  /** The browsers of this person's other sessions, last used first. */
  others: z.array(device),
  /** The newest change in the portal. `kind`: kinds of the changed methods, separated by spaces; null: none, or all. */
  lastChange: z.optional(
    z.strictObject({
      event: z.enum([...changeEvents, 'user.mfa.factor.replace']),
      kind: z.nullable(z.string()),
      at: z.string(),
    }),
  ),
});

export const factorList = z.strictObject({ factors: z.array(factor) });
export const catalog = z.strictObject({ factors: z.array(supportedFactor) });

export const factorDetail = z.strictObject({
  factor,
  /** For an enrollment of this session: how it can be finished, and when it expires. */
  enrollment: z.nullable(
    z.strictObject({
      expiresAt: z.string(),
      how: z.enum(['secret', 'code', 'poll', 'create']),
      /** The number of this start of the enrollment. The page sends it together with the code. */
      start: z.optional(z.number()),
      /** With `poll`: what a phone needs to finish the enrollment. */
      poll: z.optional(z.strictObject({ qr: z.string(), links: z.array(z.enum(['sms', 'email'])) })),
    }),
  ),
  /** Whether another session of this person can still finish the enrollment. */
  elsewhere: z.optional(z.boolean()),
  /** How the method can be verified in the portal, strongest first; empty if it cannot. */
  verifications: z.array(z.strictObject({ factorId: z.string(), verificationType })),
  removal,
  /** For a key of the portal's own domain: the data for telling the browser that the key was removed. */
  credential: z.optional(z.strictObject({ rpId: z.string(), credentialId: z.string() })),
  notifies: z.array(z.string()),
});

/** A message that was sent. The next one can be requested at `resendAt`. */
export const sent = z.strictObject({
  /** A masked number or address. */
  to: z.nullable(z.string()),
  resendAt: z.string(),
  /** When the sent code expires, ISO 8601. */
  expiresAt: z.nullable(z.string()),
});

const creationOptions = z.looseObject({ challenge: z.string(), rp: z.looseObject({ name: z.string() }) });
const requestOptions = z.looseObject({ challenge: z.string() });

/** How to finish the enrollment. The secret is sent only once and must not be cached. */
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
 * `activation`: null for a kind that is active immediately. `start`: the number of this start, which the page sends
 * together with the code.
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
/** The state of a push. With SUCCESS, `stepUp` is set if the push was for a step-up. */
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
