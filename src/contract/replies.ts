import { locale, purpose } from './schemas.ts';
import * as z from 'zod/mini';
import { changeEvents, verificationTypes, factorKinds, keyBackups, methodLocationsOrUnknown } from './kinds.ts';

/** The browser imports only the types of these response schemas. */

const kind = z.enum(factorKinds);
const strength = z.union([z.literal(1), z.literal(2), z.literal(3), z.literal(4)]);
const verificationType = z.enum(verificationTypes);

/**
 * The data that name a method: the name that its owner chose, or else its kind, with Okta's type if the kind is
 * unknown.
 */
export const namedMethod = z.strictObject({ kind, name: z.nullable(z.string()), factorType: z.optional(z.string()) });

/** Where an unfinished method or an open replacement can be continued. `nowhere`: the person can only start over. */
const resumable = z.enum(['here', 'elsewhere', 'nowhere']);

/** `created`: null if Okta does not tell (email). */
export const factor = z.strictObject({
  ...namedMethod.shape,
  id: z.string(),
  /** A masked number or address, a device's or key's name, or the question. */
  detail: z.nullable(z.string()),
  status: z.string(),
  strength,
  created: z.nullable(z.string()),
  /** Okta tells this only for keys. */
  lastVerified: z.nullable(z.string()),
  /** When the method last verified its owner in the portal. Only for the owner, if Okta does not tell the last use. */
  usedHere: z.optional(z.string()),
  /** Only for the owner. */
  location: z.optional(z.enum(methodLocationsOrUnknown)),
  /** As the key was when it was added in the portal. Only for the owner. */
  backup: z.optional(z.enum(keyBackups)),
  /** Only for the owner of an unfinished method, on the list and the method's page. */
  resumable: z.optional(resumable),
  /** For a key that was just added. */
  suggestedName: z.optional(z.string()),
});

/** `status`: Okta's (`NOT_SETUP`, `ACTIVE`, …). */
export const supportedFactor = z.strictObject({
  kind,
  /** The offered parts of Okta Verify. */
  methods: z.optional(z.array(z.enum(['push', 'totp']))),
  /** On file, masked. */
  phones: z.optional(z.array(z.string())),
  /** The kind can only be added at Okta, because its keys belong to another domain. */
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
    detail: z.nullable(z.string()),
    strength,
    verificationType,
  }),
  /** `href` starts a new sign-in at Okta and returns to the page. */
  z.strictObject({ type: z.literal('okta'), href: z.string() }),
]);

/** `strength`: what a method needs at least; 0: a fresh sign-in at Okta. */
export const neededStepUp = z.strictObject({ purpose, strength: z.number(), options: z.array(stepUpOption) });
/** Null if no step-up is missing, or if only the change itself can tell whether one is missing. */
export const stepUpMissing = z.strictObject({ stepUp: z.nullable(neededStepUp) });

export const removal = z.union([
  z.strictObject({
    allowed: z.literal(true),
    purpose,
    /** 0: a fresh sign-in at Okta. */
    strength: z.number(),
    /** A step-up for this removal is valid. */
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
  hasLogo: z.boolean(),
  /** The first is the default. */
  languages: z.tuple([locale], locale),
  supportUrl: z.nullable(z.string()),
  supportPhone: z.nullable(z.string()),
  /** Free text from `SUPPORT_HOURS`. */
  supportHours: z.nullable(z.string()),
  /** Okta's page for what Latchkey does not manage. */
  oktaSettingsUrl: z.nullable(z.string()),
  /** Only in demo mode. */
  simulatorUrl: z.nullable(z.string()),
});

export const sessionView = z.strictObject({
  user: person,
  /** An approver may also be an agent. */
  helpdesk: z.nullable(z.enum(['agent', 'approver', 'auditor'])),
  frozen: z.optional(z.boolean()),
  /** The kinds that wrong codes block now: until `retryAt` (ISO 8601), or until a sign-in at the address `signIn`. */
  blocked: z.optional(
    z.array(
      z.strictObject({
        kind,
        closed: z.enum(['all', 'kind']),
        retryAt: z.optional(z.string()),
        signIn: z.optional(z.string()),
      }),
    ),
  ),
  /** ISO 8601. `idleEndsAt`: when the session ends without further activity. */
  idleEndsAt: z.string(),
  endsAt: z.string(),
});

/** From the User-Agent header, so only a hint: `Firefox`, `Android`. Null: unknown. */
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

/** `factorId`: of the old method. `left`: the old method still exists. `newFactorId`: null if none is unfinished. */
const replacing = z.array(
  z.strictObject({ kind, factorId: z.string(), left: z.boolean(), newFactorId: z.nullable(z.string()), resumable }),
);

export const newPhone = z.strictObject({
  /** The person's id at Okta. */
  person: z.string(),
  methods: z.array(
    z.strictObject({
      factor,
      factorIds: z.array(z.string()),
      /** Methods that are not on the phone are listed too, so that the page can tell later which methods are new. */
      onPhone: z.boolean(),
      /**
       * `replace`: the old method is removed first. `after`: it is removed after the new one is verified. `add`: the
       * new one is added separately.
       */
      way: z.enum(['replace', 'after', 'add']),
      /** The person can step up with another method during the move. */
      spare: z.boolean(),
    }),
  ),
  /** Methods on a phone that the portal can neither add nor test. */
  elsewhere: z.array(namedMethod),
  replacing,
});

export const home = z.strictObject({
  session: sessionView,
  factors: z.array(factor),
  catalog: z.array(supportedFactor),
  /** Masked addresses. */
  notifies: z.array(z.string()),
  /** Ids of the helpdesk's questions that wait for this person's answer. */
  questions: z.array(z.string()),
  /** Set if the first method needs a recovery code from the helpdesk. */
  recoveryCode: z.optional(z.enum(['holds', 'ended'])),
  replacing,
  /** Last used first. */
  others: z.array(device),
  /** `kind`: kinds separated by spaces; null: none, or all. */
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
  /** Null unless this session can continue the enrollment. */
  enrollment: z.nullable(
    z.strictObject({
      expiresAt: z.string(),
      how: z.enum(['secret', 'code', 'poll']),
      /** The page sends this number together with the code. */
      start: z.optional(z.number()),
      /** Only if `how` is `poll`. */
      poll: z.optional(z.strictObject({ qr: z.string(), links: z.array(z.enum(['sms', 'email'])) })),
    }),
  ),
  /** Strongest first. Empty: the portal cannot verify this method. */
  verifications: z.array(z.strictObject({ factorId: z.string(), verificationType })),
  removal,
  /**
   * Only for a key of the portal's own domain. With these data, the page tells the browser that the key was removed.
   */
  credential: z.optional(z.strictObject({ rpId: z.string(), credentialId: z.string() })),
  notifies: z.array(z.string()),
});

/** `resendAt`: when the next message can be requested. */
export const sent = z.strictObject({
  /** A masked number or address. */
  to: z.nullable(z.string()),
  resendAt: z.string(),
  expiresAt: z.nullable(z.string()),
});

const creationOptions = z.looseObject({ challenge: z.string(), rp: z.looseObject({ name: z.string() }) });
const requestOptions = z.looseObject({ challenge: z.string() });

/** The secret is sent only once and must not be cached. */
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
 * `activation`: null for a kind that is active immediately. `start`: the page sends this number together with the code.
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
    /** The person chooses this number on the phone. Null without number matching. */
    number: z.nullable(z.number()),
  }),
]);
/** `stepUp`: set after SUCCESS, if the push was for a step-up. */
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
