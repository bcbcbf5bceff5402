import * as z from 'zod/mini';
import { allLocales } from './locale/locales.ts';
import { isPurpose, type PurposeText } from './purposes.ts';
import { generatedCodeLengths } from './codes/generated-code.ts';
import { answer, generatedCode, phoneNumber } from './kinds.ts';

/** These schemas use `zod/mini`, because the browser loads them to validate input. */

/** Okta's ids have 20 characters: a prefix for the type, a body, and the cell's suffix. */
export const factorId = z.string().check(z.regex(/^[A-Za-z0-9]{20}$/));
export const ownId = z.string().check(z.regex(/^[A-Za-z0-9_-]{8,64}$/));

/**
 * A code as people type or paste it (`123 456`, full-width digits): 5 (phone call) to 10 digits, or what a YubiKey
 * types (modhex). A malformed code does not count as a try.
 */
export const passCode = z.pipe(
  z.string().check(z.maxLength(64)),
  z.pipe(
    z.transform((typed: string) => typed.normalize('NFKC').replace(/[\s\u200B-\u200D\u2060\uFEFF-]/g, '')),
    z.string().check(z.regex(/^(?:[0-9]{5,10}|[cbdefghijklnrtuv]{32,48})$/)),
  ),
);

/** From a security key, in base64 or base64url. */
const keyData = z.string().check(z.maxLength(12_000), z.regex(/^[A-Za-z0-9+/_-]+={0,2}$/));

export const purpose = z.custom<PurposeText>((text) => typeof text === 'string' && isPurpose(text));
export const stepUpQuery = z.strictObject({ purpose });

export const callerCode = generatedCode(generatedCodeLengths.caller);
/**
 * `transports` and `attachment`: what the browser says about a new key (WebAuthn Level 3, sections 5.2.1.1 and 5.4.5).
 * Browsers may know more transports than we do.
 */
export const activateBody = z.union([
  /** `start`: the start from which the QR code or message comes. Default: the current one. */
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
/** Without a code, an answer or a signature, the body requests a challenge. */
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
/** The owner's name for a method. An empty name deletes it. */
export const nameBody = z.strictObject({
  name: z.string().check(z.trim(), z.maxLength(40), z.regex(/^[^\p{Cc}\p{Cf}]*$/u)),
});
