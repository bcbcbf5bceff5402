import { seededId } from '../wire/ids.ts';
import type { Engine } from '../context/context.ts';

type Authenticator = {
  key: string;
  type: string;
  name: string;
  settings?: object;
  /** Kinds of factors, under Classic's keys. */
  factors: Readonly<Record<string, readonly string[]>>;
  /** Only members of the token holders' group may enroll an older method. */
  older?: true;
};

const okta: readonly Authenticator[] = [
  {
    key: 'okta_email',
    type: 'email',
    name: 'Email',
    settings: { allowedFor: 'any', tokenLifetimeInMinutes: 5 },
    factors: { okta_email: ['email/OKTA'] },
  },
  {
    key: 'okta_verify',
    type: 'app',
    name: 'Okta Verify',
    settings: {
      compliance: { fips: 'OPTIONAL' },
      channelBinding: { style: 'NUMBER_CHALLENGE', required: 'NEVER' },
      userVerification: 'PREFERRED',
      appInstanceId: '',
    },
    factors: { okta_push: ['push/OKTA', 'signed_nonce/OKTA'], okta_otp: ['token:software:totp/OKTA'] },
  },
  { key: 'okta_password', type: 'password', name: 'Password', factors: { okta_password: [] } },
  {
    key: 'phone_number',
    type: 'phone',
    name: 'Phone',
    settings: { allowedFor: 'any' },
    factors: { okta_sms: ['sms/OKTA'], okta_call: ['call/OKTA'] },
  },
  {
    key: 'security_question',
    type: 'security_question',
    name: 'Security Question',
    settings: { allowedFor: 'any' },
    factors: { okta_question: ['question/OKTA'] },
  },
  {
    key: 'google_otp',
    type: 'app',
    name: 'Google Authenticator',
    factors: { google_otp: ['token:software:totp/GOOGLE'] },
  },
  {
    key: 'webauthn',
    type: 'security_key',
    name: 'Security Key or Biometric',
    factors: { fido_webauthn: ['webauthn/FIDO'] },
  },
];

const token = (key: string, name: string, factors: Authenticator['factors']): Authenticator => ({
  key,
  type: 'security_key',
  name,
  factors,
  older: true,
});
const older: readonly Authenticator[] = [
  token('yubikey_token', 'Yubikey', { yubikey_token: ['token:hardware/YUBICO'] }),
  token('rsa_token', 'RSA SecurID', { rsa_token: ['token/RSA'] }),
  token('symantec_vip', 'Symantec VIP', { symantec_vip: ['token/SYMANTEC'] }),
  token('custom_otp', 'Custom OTP', { hotp: ['token:hotp/CUSTOM'] }),
];

/** The order is that of Okta's list. All are active. */
export const authenticators: readonly (Authenticator & { id: string })[] = [...okta, ...older].map((one) => ({
  ...one,
  id: seededId('aut', one.key),
}));

/** Classic has a key for each factor, and one for U2F, which Identity Engine does not have. */
const classicFactors: readonly { key: string; kinds: readonly string[]; older: boolean }[] = [
  ...authenticators.flatMap(({ factors, older: old = false }) =>
    Object.entries(factors).map(([key, kinds]) => ({ key, kinds, older: old })),
  ),
  { key: 'fido_u2f', kinds: ['u2f/FIDO'], older: true },
];

const identityEngine = authenticators.map(({ key, factors, older: old = false }) => ({
  key,
  kinds: Object.values(factors).flat(),
  older: old,
}));

export const policyKeys = (engine: Engine) => (engine === 'oie' ? identityEngine : classicFactors);

/** The keys of both engines, because a store keeps its policies if its org is later started with the other engine. */
export const allPolicyKeys = [...identityEngine, ...classicFactors];
