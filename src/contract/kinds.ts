/**
 * The kinds of security method, as Latchkey names them. Okta's `factorType` and `provider` decide which one a factor is
 * (see `bff/factors/kinds/registry.ts`); `unknown` is whatever Okta may invent next.
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

/** How hard a method is to steal, 1 to 4; drawn as rising bars. 4 cannot be phished. */
export type Strength = 1 | 2 | 3 | 4;

/**
 * How a method is checked here: a code that it shows, a code that is sent first, an answer, a push that is approved
 * elsewhere, or a security key that is touched.
 */
export const verificationTypes = ['code', 'sent-code', 'answer', 'push', 'key'] as const;
export type VerificationType = (typeof verificationTypes)[number];
