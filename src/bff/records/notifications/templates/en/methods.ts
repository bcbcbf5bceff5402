import type { FactorKind } from '#contract/kinds.ts';
import type { NamedMethod } from '#contract/endpoints.ts';

/** The name of a method that its owner gave no name. */
export const kindNames: Record<FactorKind, string> = {
  totp: 'Authenticator app',
  'okta-verify': 'Okta Verify',
  sms: 'Text message',
  call: 'Phone call',
  email: 'Email',
  question: 'Security question',
  webauthn: 'Security key or passkey',
  u2f: 'Security key (U2F)',
  yubikey: 'YubiKey code',
  token: 'Hardware token',
  hotp: 'Code generator',
  duo: 'Duo Security',
  'claims-provider': 'Another sign-in service',
  unknown: 'Another method',
};

export const methodName = ({ kind, name }: NamedMethod): string =>
  name === null ? kindNames[kind] : `${name} (${kindNames[kind]})`;
