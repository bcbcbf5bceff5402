import * as z from 'zod/mini';
import { factorKinds } from './kinds.ts';
import { isGeneratedCode, normalizeGeneratedCode, generatedCodeLengths } from './generated-code.ts';

/**
 * What each endpoint takes, as schemas. Requests are strict: an unknown property is an error. They are `zod/mini`, and
 * the browser loads them only in flows that check what is typed; its pages import the types alone.
 */

/** Okta's ids are 20 characters: a type's prefix, a body, the cell's suffix. */
export const factorId = z.string().check(z.regex(/^[A-Za-z0-9]{20}$/));

/**
 * A code as people type or paste it: `123 456`, `123-456`, full-width digits. It is normalised here, once, before
 * anything compares or counts it. Digits, 5 (a phone call's) to 10 of them, or what a YubiKey types (modhex): what
 * cannot be a code costs nobody a try.
 */
export const passCode = z.pipe(
  z.string().check(z.maxLength(64)),
  z.pipe(
    z.transform((typed: string) => typed.normalize('NFKC').replace(/[\s\u200B-\u200D\u2060\uFEFF-]/g, '')),
    z.string().check(z.regex(/^(?:[0-9]{5,10}|[cbdefghijklnrtuv]{32,48})$/)),
  ),
);

/** E.164: a plus, the country's code, at most 15 digits. */
export const phoneNumber = z.string().check(z.regex(/^\+[1-9][0-9]{3,14}$/));
/** Of a voice call: digits and the pauses Okta takes. */
const phoneExtension = z.string().check(z.regex(/^[0-9,*#]{1,15}$/));
/** An answer as it is typed; Okta asks for four characters. */
const answer = z.string().check(z.trim(), z.minLength(1), z.maxLength(100));
/** What a security key gives, base64 or base64url. */
const keyData = z.string().check(z.maxLength(12_000), z.regex(/^[A-Za-z0-9+/_-]+={0,2}$/));

/**
 * What a proof is for: `enroll:KIND`, `remove:FACTORID`, `sessions` (ending other ones), `caller-verification` (to the
 * helpdesk's question), or `codes` and `codes:KIND`, which only signing in at Okta proves: it opens codes that wrong
 * ones have closed.
 */
export const purpose = z
  .string()
  .check(
    z.regex(
      new RegExp(
        `^(?:enroll:(?:${factorKinds.join('|')})|remove:[A-Za-z0-9]{20}|sessions|codes(?::(?:${factorKinds.join('|')}))?|caller-verification|helpdesk:[A-Za-z0-9]{20}|(?:approve|recovery-code):[A-Za-z0-9_-]{8,64})$`,
      ),
    ),
  );

/** A code of ours as people type it. What cannot be one costs nobody a try. */
const generatedCode = (length: number) =>
  z.pipe(
    z.string().check(z.maxLength(64)),
    z.pipe(z.transform(normalizeGeneratedCode), z.string().check(z.refine((code) => isGeneratedCode(code, length)))),
  );
/** The code that a caller speaks. */
export const callerCode = generatedCode(generatedCodeLengths.caller);
/** Of any kind: the recovery code after a reset that left nothing. */
const recovery = { recoveryCode: z.optional(generatedCode(generatedCodeLengths.recovery)) };
export const enrollBody = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('totp'), ...recovery }),
  z.strictObject({ kind: z.literal('okta-verify'), ...recovery, method: z.enum(['totp', 'push']) }),
  // Without a number: the one on file. `updatePhone` replaces that one.
  z.strictObject({
    kind: z.literal('sms'),
    ...recovery,
    phoneNumber: z.optional(phoneNumber),
    updatePhone: z.optional(z.boolean()),
  }),
  z.strictObject({
    kind: z.literal('call'),
    ...recovery,
    phoneNumber: z.optional(phoneNumber),
    phoneExtension: z.optional(phoneExtension),
    updatePhone: z.optional(z.boolean()),
  }),
  z.strictObject({ kind: z.literal('email'), ...recovery }),
  z.strictObject({
    kind: z.literal('question'),
    ...recovery,
    question: z.string().check(z.regex(/^[a-z_]{1,60}$/)),
    answer: answer.check(z.minLength(4)),
  }),
  z.strictObject({ kind: z.literal('webauthn'), ...recovery }),
]);
export const activateBody = z.union([
  z.strictObject({ passCode }),
  z.strictObject({ attestation: keyData, clientData: keyData }),
]);
/** Nothing but a purpose asks for a challenge: a code to be sent, a push, something for a key to sign. */
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
/** What somebody calls one of their methods; empty takes the name away. */
export const nameBody = z.strictObject({
  name: z.string().check(z.trim(), z.maxLength(40), z.regex(/^[^\p{Cc}\p{Cf}]*$/u)),
});
export const factorParams = z.strictObject({ factorId });
export const transactionParams = z.strictObject({
  factorId,
  transactionId: z.string().check(z.regex(/^[A-Za-z0-9._-]{8,100}$/)),
});
export const sessionParams = z.strictObject({ id: z.string().check(z.regex(/^[A-Za-z0-9_-]{8,64}$/)) });
