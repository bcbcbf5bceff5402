import * as z from 'zod/mini';
import { factorKinds } from './kinds.ts';

/**
 * What each endpoint takes and gives, as schemas. Requests are strict: an unknown property is an error. They are `zod/mini`, and the
 * browser loads them only in flows that check what is typed; its pages import the types alone.
 */

/** Okta's ids are 20 characters: a type's prefix, a body, the cell's suffix. */
export const factorId = z.string().check(z.regex(/^[A-Za-z0-9]{20}$/));

const kind = z.enum(factorKinds);
const strength = z.union([z.literal(1), z.literal(2), z.literal(3), z.literal(4)]);

/**
 * A code as people type or paste it: `123 456`, `123-456`, full-width digits. It is normalised here, once, before anything
 * compares or counts it. 6 to 10 digits after that: what cannot be
 * a code costs nobody a try.
 */
export const passCode = z.pipe(
  z.string().check(z.maxLength(64)),
  z.pipe(
    z.transform((typed: string) => typed.normalize('NFKC').replace(/[\s\u200B-\u200D\u2060\uFEFF-]/g, '')),
    z.string().check(z.regex(/^[0-9]{6,10}$/)),
  ),
);

/** What a proof is for: `enroll:KIND`, `remove:FACTORID`, or `sessions` (ending other ones). */
export const purpose = z.string().check(
  z.regex(new RegExp(`^(?:enroll:(?:${factorKinds.join('|')})|remove:[A-Za-z0-9]{20}|sessions)$`)),
);

export const enrollBody = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('totp') }),
  z.strictObject({ kind: z.literal('okta-verify'), method: z.literal('totp') }),
]);
export const activateBody = z.strictObject({ passCode });
export const verifyBody = z.strictObject({ passCode, purpose: z.optional(purpose) });
export const factorParams = z.strictObject({ factorId });
export const sessionParams = z.strictObject({ id: z.string().check(z.regex(/^[A-Za-z0-9_-]{8,64}$/)) });

/** One method a person has. `created` is ISO 8601, or null where the org does not say (email). */
export const factor = z.strictObject({
  id: z.string(),
  kind,
  name: z.string(),
  status: z.string(),
  strength,
  created: z.nullable(z.string()),
});

/** One method the org offers this person. `status` is Okta's (`NOT_SETUP`, `ACTIVE`, …). */
export const supportedFactor = z.strictObject({
  kind,
  /** Which part of a family is enrolled: `totp` for Okta Verify's codes. */
  method: z.optional(z.literal('totp')),
  name: z.string(),
  strength,
  status: z.string(),
  enrollment: z.enum(['OPTIONAL', 'REQUIRED']),
});

export const proofWay = z.union([
  z.strictObject({ way: z.literal('factor'), factorId: z.string(), kind, name: z.string(), strength }),
  z.strictObject({ way: z.literal('okta'), href: z.string() }),
]);

/** Whether and how this factor can be removed, so that the page can say so before anybody tries. */
export const removal = z.union([
  z.strictObject({
    allowed: z.literal(true),
    purpose: z.string(),
    /** The proof's least strength; 0 when a fresh sign-in will do. */
    strength: z.number(),
    /** True while a proof for exactly this removal is in hand. */
    proved: z.boolean(),
    ways: z.array(proofWay),
    /** Names of the methods that stay. */
    keeps: z.array(z.string()),
  }),
  z.strictObject({ allowed: z.literal(false), reason: z.enum(['last_factor', 'required_factor']) }),
]);

export const person = z.strictObject({ login: z.string(), name: z.string(), firstName: z.string() });

export const settings = z.strictObject({
  orgName: z.string(),
  supportUrl: z.nullable(z.string()),
  supportPhone: z.nullable(z.string()),
  /** Where people manage at Okta what they cannot here. */
  oktaSettingsUrl: z.nullable(z.string()),
  /** Demo mode: where the virtual phone and inbox are. */
  deskUrl: z.nullable(z.string()),
});

export const sessionView = z.strictObject({
  user: person,
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
});

export const factorList = z.strictObject({ factors: z.array(factor) });
export const catalog = z.strictObject({ factors: z.array(supportedFactor) });

export const factorDetail = z.strictObject({
  factor,
  /** For an unfinished one begun in this very session: until when its code can still be entered here. */
  enrollment: z.nullable(z.strictObject({ expiresAt: z.string() })),
  /** True when this kind can be checked here by a code. */
  testable: z.boolean(),
  removal,
  notifies: z.array(z.string()),
});

/** The only answer that ever holds a secret. It enters no cache. */
export const enrolled = z.strictObject({
  factor,
  activation: z.strictObject({ sharedSecret: z.string(), uri: z.string(), expiresAt: z.string() }),
});
export const activated = z.strictObject({ factor });
export const verified = z.strictObject({
  factorResult: z.literal('SUCCESS'),
  proof: z.optional(z.strictObject({ purpose: z.string(), strength: z.number(), expiresAt: z.string() })),
});
export const sessionList = z.strictObject({ sessions: z.array(sessionListed) });
export const redirect = z.strictObject({ redirectTo: z.string() });
