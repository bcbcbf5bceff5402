import * as z from 'zod/mini';
import { verificationTypes, factorKinds } from './kinds.ts';

/**
 * What each endpoint gives, as schemas. The browser imports their types alone; the BFF's tests hold every answer
 * against them.
 */

const kind = z.enum(factorKinds);
const strength = z.union([z.literal(1), z.literal(2), z.literal(3), z.literal(4)]);
const verificationType = z.enum(verificationTypes);

/** One method a person has. `created` is ISO 8601, or null where the org does not say (email). */
export const factor = z.strictObject({
  id: z.string(),
  kind,
  /** Its kind's name, or what the person calls it. */
  name: z.string(),
  /** True when the name is the person's own. */
  named: z.boolean(),
  /** Which one it is: a masked number or address, a device's or key's name, the question. */
  detail: z.nullable(z.string()),
  status: z.string(),
  strength,
  created: z.nullable(z.string()),
  /** When the org last saw it used, where it says so (keys). */
  lastVerified: z.nullable(z.string()),
});

/** One method the org offers this person. `status` is Okta's (`NOT_SETUP`, `ACTIVE`, …). */
export const supportedFactor = z.strictObject({
  kind,
  /** What of Okta Verify is offered. */
  methods: z.optional(z.array(z.enum(['push', 'totp']))),
  /** Phone numbers on file, masked. */
  phones: z.optional(z.array(z.string())),
  /** True when it can be added at Okta only: its keys would carry another name than ours. */
  atOkta: z.boolean(),
  name: z.string(),
  strength,
  status: z.string(),
  enrollment: z.enum(['OPTIONAL', 'REQUIRED']),
});

export const stepUpOption = z.union([
  z.strictObject({
    type: z.literal('factor'),
    factorId: z.string(),
    kind,
    name: z.string(),
    detail: z.nullable(z.string()),
    strength,
    verificationType,
  }),
  z.strictObject({ type: z.literal('okta'), href: z.string() }),
]);

/** Whether and how this factor can be removed, so that the page can say so before anybody tries. */
export const removal = z.union([
  z.strictObject({
    allowed: z.literal(true),
    purpose: z.string(),
    /** The proof's least strength; 0 when a fresh sign-in will do. */
    strength: z.number(),
    /** True while a proof for exactly this removal is in hand. */
    steppedUp: z.boolean(),
    options: z.array(stepUpOption),
    /** Names of the methods that stay. */
    keeps: z.array(z.string()),
  }),
  z.strictObject({ allowed: z.literal(false), reason: z.enum(['last_factor', 'required_factor']) }),
]);

const person = z.strictObject({ login: z.string(), name: z.string(), firstName: z.string() });

export const settings = z.strictObject({
  orgName: z.string(),
  supportUrl: z.nullable(z.string()),
  supportPhone: z.nullable(z.string()),
  /** Where people manage at Okta what they cannot here. */
  oktaSettingsUrl: z.nullable(z.string()),
  /** Demo mode: where the virtual phone and inbox are. */
  simulatorUrl: z.nullable(z.string()),
});

export const sessionView = z.strictObject({
  user: person,
  /** Whether they work at the helpdesk; an admin who is an agent too counts as admin. */
  helpdesk: z.nullable(z.enum(['agent', 'admin'])),
  /** True while changes to their methods are frozen. */
  frozen: z.optional(z.boolean()),
  /** When the session ends without activity, and at the latest; ISO 8601. */
  idleEndsAt: z.string(),
  endsAt: z.string(),
});

export const sessionListed = z.strictObject({
  id: z.string(),
  current: z.boolean(),
  created: z.string(),
  lastSeen: z.string(),
  /** From the browser's own word, so only a hint: `Firefox`, `Android`; null when it says nothing we know. */
  browser: z.nullable(z.string()),
  system: z.nullable(z.string()),
});

export const home = z.strictObject({
  session: sessionView,
  factors: z.array(factor),
  catalog: z.array(supportedFactor),
  /** Where notices of a change go, masked. */
  notifies: z.array(z.string()),
  /** Questions of the helpdesk's that wait for this person's answer. */
  pendingCallerVerifications: z.number(),
});

export const factorList = z.strictObject({ factors: z.array(factor) });
export const catalog = z.strictObject({ factors: z.array(supportedFactor) });

export const factorDetail = z.strictObject({
  factor,
  /** For an unfinished one begun in this very session: until when, and how, it can still be finished here. */
  enrollment: z.nullable(z.strictObject({ expiresAt: z.string(), how: z.enum(['secret', 'code', 'poll', 'create']) })),
  /** How it can be checked here, the strongest first; empty when it cannot. */
  verifications: z.array(z.strictObject({ factorId: z.string(), verificationType })),
  removal,
  notifies: z.array(z.string()),
});

/** A message that is on its way. No other can be asked for before `resendAt`. */
export const sent = z.strictObject({
  /** Masked: a number or an address. */
  to: z.nullable(z.string()),
  resendAt: z.string(),
  /** ISO 8601: when what was sent is worth nothing any more. */
  expiresAt: z.nullable(z.string()),
});

const creationOptions = z.looseObject({ challenge: z.string(), rp: z.looseObject({ name: z.string() }) });
const requestOptions = z.looseObject({ challenge: z.string() });

/** What is left to do. A secret is in here once, and enters no cache. */
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

/** `activation` is null for what is on at once. */
export const enrolled = z.strictObject({ factor, activation: z.nullable(activation) });
export const activated = z.strictObject({ factor });
export const activationPoll = z.union([
  z.strictObject({ result: z.literal('ACTIVE'), factor }),
  z.strictObject({ result: z.enum(['WAITING', 'TIMEOUT', 'CANCELLED', 'ERROR']), expiresAt: z.nullable(z.string()) }),
]);

const stepUp = z.strictObject({ purpose: z.string(), strength: z.number(), expiresAt: z.string() });
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
    /** To be chosen on the phone; null where the org has no number matching. */
    number: z.nullable(z.number()),
  }),
]);
/** How a push stands. `stepUp` comes with SUCCESS, when it was for something. */
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
