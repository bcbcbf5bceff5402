import * as z from 'zod/mini';
import { generatedCodeLengths, isGeneratedCode, normalizeGeneratedCode } from './codes/generated-code.ts';

/** Latchkey's names for kinds of methods. `unknown`: a kind that Latchkey does not know. */
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

/** `apart`: a key, or a synced passkey. */
const methodLocations = ['phone', 'computer', 'apart'] as const;
export type MethodLocation = (typeof methodLocations)[number];
/** `unknown`: the passkey's browser did not say, or the kind may be anywhere. */
export const methodLocationsOrUnknown = [...methodLocations, 'unknown'] as const;
export type MethodLocationOrUnknown = (typeof methodLocationsOrUnknown)[number];

/**
 * WebAuthn Level 3, flags BE and BS. `synced`: copied to the owner's account. `syncable`: may be copied later.
 * `device`: never leaves its device.
 */
export const keyBackups = ['synced', 'syncable', 'device'] as const;
export type KeyBackup = (typeof keyBackups)[number];
/** 4 is phishing-resistant. */
export type Strength = 1 | 2 | 3 | 4;

export const verificationTypes = ['code', 'sent-code', 'answer', 'push', 'key'] as const;
export type VerificationType = (typeof verificationTypes)[number];

/** E.164. */
export const phoneNumber = z.string().check(z.regex(/^\+[1-9][0-9]{3,14}$/));
/** Digits, and Okta's signs for pauses. */
const phoneExtension = z.string().check(z.regex(/^[0-9,*#]{1,15}$/));
/** Okta itself refuses a new answer of fewer than four characters. */
export const answer = z.string().check(z.trim(), z.minLength(1), z.maxLength(100));
/** A generated code as typed. A malformed code does not count as a try. */
export const generatedCode = (length: number) =>
  z.pipe(
    z.string().check(z.maxLength(64)),
    z.pipe(z.transform(normalizeGeneratedCode), z.string().check(z.refine((code) => isGeneratedCode(code, length)))),
  );

/** `recoveryCode`: needed after a reset of all methods. `startOver`: ends another tab's enrollment, if any. */
const anyKind = {
  recoveryCode: z.optional(generatedCode(generatedCodeLengths.recovery)),
  startOver: z.optional(z.literal(true)),
};

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
 * Renaming a method is not included. It needs no step-up, so a thief with a session could hide an added method behind a
 * newer rename.
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
