import { ApiError } from '#contract/errors.ts';
import { factorKinds, type VerificationType, type FactorKind, type Strength } from '#contract/kinds.ts';
import { listedKind, profileText, type KindPolicy, type WireKind } from './kind.ts';
import { oktaVerify } from './okta-verify.ts';
import { question } from './question.ts';
import { call, email, sms } from './sent-codes.ts';
import { totp } from './totp.ts';
import { webauthn } from './webauthn.ts';

const wire = (
  factorType: string,
  strength: Strength,
  verificationType: VerificationType | null = null,
  provider = '*',
): WireKind => ({ factorType, provider, verificationType, strength });
const serial = { detail: (factor: Parameters<KindPolicy['detail']>[0]) => profileText(factor, 'credentialId') };

export const kinds: Record<FactorKind, KindPolicy> = {
  totp,
  'okta-verify': oktaVerify,
  sms,
  call,
  email,
  question,
  webauthn,
  // Browsers have removed U2F.
  u2f: listedKind([wire('u2f', 4)], 4),
  yubikey: listedKind([wire('token:hardware', 3, 'code')], 3, { ...serial, digits: null }),
  token: listedKind([wire('token', 3, 'code')], 3, { ...serial, digits: null, signInStrength: 2 }),
  hotp: listedKind([wire('token:hotp', 3, 'code')], 3, { digits: null }),
  duo: listedKind([wire('web', 3, null, 'DUO')], 3, { signInStrength: 2 }),
  'claims-provider': listedKind(
    [wire('claims_provider', 3), wire('assertion:saml2', 3), wire('assertion:oidc', 3)],
    3,
    { signInStrength: 2 },
  ),
  unknown: listedKind([], 3, { signInStrength: 2 }),
};

const byWire = new Map<string, { kind: FactorKind; wire: WireKind }>();
for (const kind of factorKinds)
  for (const one of kinds[kind].wire) byWire.set(`${one.factorType} ${one.provider}`, { kind, wire: one });

type Pair = { factorType: string; provider: string };
const findKind = ({ factorType, provider }: Pair) =>
  byWire.get(`${factorType} ${provider}`) ?? byWire.get(`${factorType} *`);

/** `unknown` for a type that Okta has not published. */
export const getKind = (pair: Pair): FactorKind => findKind(pair)?.kind ?? 'unknown';

/** Null when the portal cannot verify the factor. */
export function getVerification(pair: Pair): { verificationType: VerificationType; strength: Strength } | null {
  const { verificationType, strength } = findKind(pair)?.wire ?? {};
  return verificationType && strength ? { verificationType, strength } : null;
}

/** Throws `bad_request` before Okta sees the code, so that it is not counted as a try. */
export function assertCodeLength(kind: FactorKind, code: string): void {
  const { digits } = kinds[kind];
  if (digits !== null && code.length !== digits) throw new ApiError('bad_request');
}
