/**
 * The kinds of security method, as Latchkey names them. Okta's `factorType` and `provider` decide which one a factor is
 * (see `bff/factors/kinds/registry.ts`); `unknown` is any that Latchkey does not know.
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

/** How strong a method is, 1 to 4, shown as rising bars. 4 is phishing-resistant. */
export type Strength = 1 | 2 | 3 | 4;

/** How a method is verified: a code that it shows, a code that is sent, an answer, a push, or a security key. */
export const verificationTypes = ['code', 'sent-code', 'answer', 'push', 'key'] as const;
export type VerificationType = (typeof verificationTypes)[number];
