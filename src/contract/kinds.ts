import * as z from 'zod/mini';
import { generatedCodeLengths, isGeneratedCode, normalizeGeneratedCode } from './codes/generated-code.ts';

/**
 * Latchkey's names for the kinds of security methods. Okta's `factorType` and `provider` decide a factor's kind (see
 * `bff/platform/kinds/registry.ts`). `unknown`: a kind that Latchkey does not know.
 */
export const factorKinds = [
  'totp',
  'okta-verify',
  'sms',
  'call',
  'email',
  'question',
  'webauthn',
  'u2f',
  'yubikey',
  'token',
  'hotp',
  'duo',
  'claims-provider',
  'unknown',
] as const;

export type FactorKind = (typeof factorKinds)[number];

/** Where a method is: on the person's phone, on their computer, or apart from both (a key, a synced passkey). */
const methodLocations = ['phone', 'computer', 'apart'] as const;
export type MethodLocation = (typeof methodLocations)[number];
/** `unknown`: a passkey whose browser did not say where it is, or a kind that may be anywhere, also on the phone. */
export const methodLocationsOrUnknown = [...methodLocations, 'unknown'] as const;
export type MethodLocationOrUnknown = (typeof methodLocationsOrUnknown)[number];

/**
 * Whether a key can leave its device (WebAuthn Level 3, flags BE and BS). `synced`: it is copied to the owner's
 * account. `syncable`: it may be copied later. `device`: it never leaves.
 */
export const keyBackups = ['synced', 'syncable', 'device'] as const;
export type KeyBackup = (typeof keyBackups)[number];
/** How strong a method is, 1 to 4, shown as rising bars. 4 is phishing-resistant. */
export type Strength = 1 | 2 | 3 | 4;

/** How a method is verified: a code that it shows, a code that is sent, an answer, a push, or a security key. */
export const verificationTypes = ['code', 'sent-code', 'answer', 'push', 'key'] as const;
export type VerificationType = (typeof verificationTypes)[number];

/** E.164: a plus, the country code, at most 15 digits. */
export const phoneNumber = z.string().check(z.regex(/^\+[1-9][0-9]{3,14}$/));
/** An extension for a voice call: digits, and Okta's signs for pauses. */
const phoneExtension = z.string().check(z.regex(/^[0-9,*#]{1,15}$/));
/** A typed answer. Okta requires four characters. */
export const answer = z.string().check(z.trim(), z.minLength(1), z.maxLength(100));
/** A generated code as typed. A malformed code does not count as a try. */
export const generatedCode = (length: number) =>
  z.pipe(
    z.string().check(z.maxLength(64)),
    z.pipe(z.transform(normalizeGeneratedCode), z.string().check(z.refine((code) => isGeneratedCode(code, length)))),
  );

/**
 * The properties of an enrollment of any kind. `recoveryCode`: needed after a reset that removed all methods.
 * `startOver`: this start may end an enrollment of this kind that another tab shows.
 */
const anyKind = {
  recoveryCode: z.optional(generatedCode(generatedCodeLengths.recovery)),
  startOver: z.optional(z.literal(true)),
};

/** The request to enroll a method, for each kind that people can enroll in the portal. */
export const enrollBody = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('totp'), ...anyKind }),
  z.strictObject({ kind: z.literal('okta-verify'), ...anyKind, method: z.enum(['totp', 'push']) }),
  // Without a number, the number on file is used. `updatePhone` replaces the number on file.
  z.strictObject({
    kind: z.literal('sms'),
    ...anyKind,
    phoneNumber: z.optional(phoneNumber),
    updatePhone: z.optional(z.boolean()),
  }),
  z.strictObject({
    kind: z.literal('call'),
    ...anyKind,
    phoneNumber: z.optional(phoneNumber),
    phoneExtension: z.optional(phoneExtension),
    updatePhone: z.optional(z.boolean()),
  }),
  z.strictObject({ kind: z.literal('email'), ...anyKind }),
  z.strictObject({
    kind: z.literal('question'),
    ...anyKind,
    question: z.string().check(z.regex(/^[a-z_]{1,60}$/)),
    answer: answer.check(z.minLength(4)),
  }),
  z.strictObject({ kind: z.literal('webauthn'), ...anyKind }),
]);

/**
 * Events that change how a person signs in, or what they may change. The list page names the newest. Renaming a method
 * is not included: it needs no step-up, so a thief with a session could hide an added method behind a rename.
 */
export const changeEvents = [
  'user.mfa.factor.activate',
  'user.mfa.factor.deactivate',
  'user.mfa.factor.reset',
  'user.mfa.factor.reset_all',
  'user.account.freeze',
  'user.account.unfreeze',
  'user.account.unlock',
] as const;
