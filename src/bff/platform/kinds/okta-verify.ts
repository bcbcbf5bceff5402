import type { Activation } from '#contract/endpoints.ts';
import { listedKind, profileText, type BodyOfKind, type KindPolicy } from './kind.ts';
import { secretActivation } from './totp.ts';

/** Okta Verify's factors are one family: shown, counted and removed as one method. */
export const oktaVerify: KindPolicy = listedKind(
  [
    // With number matching; a plain push has strength 2, which is decided when Okta answers.
    { factorType: 'push', provider: 'OKTA', verificationType: 'push', strength: 3 },
    { factorType: 'token:software:totp', provider: 'OKTA', verificationType: 'code', strength: 3 },
    { factorType: 'signed_nonce', provider: 'OKTA', verificationType: null, strength: 4 },
  ],
  3,
  {
    several: false,
    // The pause between two links to a phone. Okta publishes no limit.
    resendAfterMs: 30_000,
    detail: (factor) => profileText(factor, 'name'),
    enroll: ({ method }: BodyOfKind<'okta-verify'>) => ({
      body: { factorType: method === 'push' ? 'push' : 'token:software:totp', provider: 'OKTA' },
    }),
    activation: (made, { method }: BodyOfKind<'okta-verify'>, about) =>
      method === 'totp'
        ? secretActivation(made, about)
        : {
            how: 'poll',
            ...byPhone(made.id),
            expiresAt: earlier(made.activation?.expiresAt ?? null, about.expiresAt),
          },
  },
);

/** How a phone finishes an enrollment: the address of the QR code, and where a link can be sent. */
export const byPhone = (factorId: string): Pick<Extract<Activation, { how: 'poll' }>, 'qr' | 'links'> => ({
  qr: `/api/factors/${factorId}/activation/qr`,
  links: ['sms', 'email'],
});

/** Returns the earlier end of an activation, Okta's or the portal's. Both ISO 8601. */
function earlier(okta: string | null, local: string): string {
  return okta !== null && Date.parse(okta) < Date.parse(local) ? okta : local;
}
