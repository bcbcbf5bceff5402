import * as z from 'zod/mini';
import { allLocales } from './locale/locales.ts';
import { isPurpose, type PurposeText } from './purposes.ts';
import { generatedCodeLengths } from './codes/generated-code.ts';
import { answer, generatedCode, phoneNumber } from './kinds.ts';

/**
 * Request schemas. They are strict: an unknown property is an error. They use `zod/mini`; the browser loads them only
 * in flows that validate input, elsewhere it imports the types.
 */

/** Okta's ids are 20 characters: a type's prefix, a body, the cell's suffix. */
export const factorId = z.string().check(z.regex(/^[A-Za-z0-9]{20}$/));
/** An id that the portal made. */
export const ownId = z.string().check(z.regex(/^[A-Za-z0-9_-]{8,64}$/));

/**
 * A code as people type or paste it: `123 456`, `123-456`, full-width digits. It is normalised here, once, before
 * anything compares or counts it. It has 5 (phone call) to 10 digits, or is what a YubiKey types (modhex). A malformed
 * code costs no try.
 */
export const passCode = z.pipe(
  z.string().check(z.maxLength(64)),
  z.pipe(
    z.transform((typed: string) => typed.normalize('NFKC').replace(/[\s\u200B-\u200D\u2060\uFEFF-]/g, '')),
    z.string().check(z.regex(/^(?:[0-9]{5,10}|[cbdefghijklnrtuv]{32,48})$/)),
  ),
);

/** Output of a security key, base64 or base64url. */
const keyData = z.string().check(z.maxLength(12_000), z.regex(/^[A-Za-z0-9+/_-]+={0,2}$/));

/** The purpose of a step-up. */
export const purpose = z.custom<PurposeText>((text) => typeof text === 'string' && isPurpose(text));
export const stepUpQuery = z.strictObject({ purpose });

/** The code that a caller reads out. */
export const callerCode = generatedCode(generatedCodeLengths.caller);
/**
 * What finishes an enrollment. `transports` and `attachment` are the browser's words about a new key (WebAuthn Level 3,
 * sections 5.2.1.1 and 5.4.5; a browser may know more transports than we do). They are a hint of where the key is.
 */
export const activateBody = z.union([
  /** `start`: the start whose QR code or message the code comes from; without it, the current one. */
  z.strictObject({ passCode, start: z.optional(z.number()) }),
  z.strictObject({
    attestation: keyData,
    clientData: keyData,
    transports: z.optional(z.array(z.string().check(z.maxLength(32))).check(z.maxLength(12))),
    attachment: z.optional(z.enum(['platform', 'cross-platform'])),
  }),
]);
export const locale = z.enum(allLocales);
export const languageBody = z.strictObject({ locale });
/** Requests a challenge: a code to send, a push, or one for a key to sign. */
export const verifyBody = z.union([
  z.strictObject({ passCode, purpose: z.optional(purpose) }),
  z.strictObject({ answer, purpose: z.optional(purpose) }),
  z.strictObject({
    clientData: keyData,
    authenticatorData: keyData,
    signatureData: keyData,
    purpose: z.optional(purpose),
  }),
  z.strictObject({ purpose: z.optional(purpose) }),
]);
export const linkBody = z.union([
  z.strictObject({ channel: z.literal('sms'), to: phoneNumber }),
  z.strictObject({ channel: z.literal('email') }),
]);
/** The user's name for a method; empty removes it. */
export const nameBody = z.strictObject({
  name: z.string().check(z.trim(), z.maxLength(40), z.regex(/^[^\p{Cc}\p{Cf}]*$/u)),
});
