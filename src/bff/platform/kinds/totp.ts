import { ApiError } from '#contract/errors.ts';
import type { Factor as Wire } from '#okta/wire/factor.ts';
import type { Activation } from '#contract/endpoints.ts';
import { listedKind, type ActivationAbout } from './kind.ts';

/** Key URI Format. Apps cut the issuer at a colon, even at an encoded one, so spaces replace the issuer's colons. */
function otpauthUri(parts: {
  issuer: string;
  account: string;
  secret: string;
  digits: number;
  period: number;
}): string {
  const issuer = encodeURIComponent(
    parts.issuer
      .split(/[:\s]+/)
      .filter(Boolean)
      .join(' '),
  );
  const label = `${issuer}:${encodeURIComponent(parts.account)}`;
  return `otpauth://totp/${label}?secret=${parts.secret}&issuer=${issuer}&algorithm=SHA1&digits=${parts.digits}&period=${parts.period}`;
}

/** Throws `org_error` when Okta returned no secret. */
export function secretActivation(made: Wire, { orgName, login, expiresAt }: ActivationAbout): Activation {
  const { sharedSecret, timeStep } = made.activation ?? {};
  if (!sharedSecret || !/^[A-Z2-7]+=*$/i.test(sharedSecret)) throw new ApiError('org_error');
  const secret = sharedSecret.replace(/=+$/, '');
  const uri = otpauthUri({ issuer: orgName, account: login, secret, digits: 6, period: timeStep ?? 30 });
  return { how: 'secret', sharedSecret: secret, uri, expiresAt };
}

export const totp = listedKind(
  [{ factorType: 'token:software:totp', provider: 'GOOGLE', verificationType: 'code', strength: 3 }],
  3,
  {
    several: false,
    enroll: () => ({ body: { factorType: 'token:software:totp', provider: 'GOOGLE' } }),
    activation: (made, _body, inputs) => secretActivation(made, inputs),
  },
);
