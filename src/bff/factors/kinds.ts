import type { FactorKind, Strength } from '#contract/kinds.ts';
import { factorKinds } from '#contract/kinds.ts';
import type { EnrollBody } from '#contract/endpoints.ts';

export type KindPolicy = {
  /** Okta's `factorType` and `provider` of this kind; a provider of `*` takes any. */
  wire: readonly (readonly [factorType: string, provider: string])[];
  name: string;
  strength: Strength;
  /** What a code of it is worth when entered here, or null when it cannot be checked here. */
  provesHere: Strength | null;
  /** What a sign-in at Okta with it is worth: its `amr` says no more than this. */
  provesAtOkta: Strength;
  /** What is sent to enroll it, or null when it cannot be enrolled here. */
  enroll: ((body: EnrollBody) => { factorType: string; provider: string }) | null;
};

const listed = (wire: KindPolicy['wire'], name: string, strength: Strength, provesAtOkta: Strength): KindPolicy => ({
  wire,
  name,
  strength,
  provesHere: null,
  provesAtOkta,
  enroll: null,
});

/** Everything the BFF knows of each kind. Leave one out and this does not compile. */
export const kinds: Record<FactorKind, KindPolicy> = {
  totp: {
    wire: [['token:software:totp', 'GOOGLE']],
    name: 'Authenticator app',
    strength: 3,
    provesHere: 3,
    provesAtOkta: 3,
    enroll: () => ({ factorType: 'token:software:totp', provider: 'GOOGLE' }),
  },
  'okta-verify': {
    wire: [
      ['push', 'OKTA'],
      ['token:software:totp', 'OKTA'],
      ['signed_nonce', 'OKTA'],
    ],
    name: 'Okta Verify',
    strength: 3,
    provesHere: 3,
    provesAtOkta: 3,
    enroll: () => ({ factorType: 'token:software:totp', provider: 'OKTA' }),
  },
  sms: listed([['sms', '*']], 'Text message', 2, 2),
  call: listed([['call', '*']], 'Phone call', 2, 2),
  email: listed([['email', '*']], 'Email', 1, 1),
  question: listed([['question', '*']], 'Security question', 1, 1),
  webauthn: listed([['webauthn', '*']], 'Security key or passkey', 4, 4),
  u2f: listed([['u2f', '*']], 'Security key (U2F)', 4, 4),
  yubikey: listed([['token:hardware', '*']], 'YubiKey code', 3, 3),
  token: listed([['token', '*']], 'Hardware token', 3, 2),
  hotp: listed([['token:hotp', '*']], 'Code generator', 3, 3),
  duo: listed([['web', 'DUO']], 'Duo Security', 3, 2),
  'claims-provider': listed(
    [['claims_provider', '*'], ['assertion:saml2', '*'], ['assertion:oidc', '*']],
    'Another sign-in provider',
    3,
    2,
  ),
  unknown: listed([], 'Another method', 3, 2),
};

const byWire = new Map<string, FactorKind>();
for (const kind of factorKinds) for (const [type, provider] of kinds[kind].wire) byWire.set(`${type} ${provider}`, kind);

/** The kind of a factor on the wire; `unknown` for types nobody has published yet. */
export function kindOf({ factorType, provider }: { factorType: string; provider: string }): FactorKind {
  return byWire.get(`${factorType} ${provider}`) ?? byWire.get(`${factorType} *`) ?? 'unknown';
}
