import type { Activation } from '#contract/endpoints.ts';
import { listedKind, profileText, type BodyOfKind, type KindPolicy } from './kind.ts';
import { secretActivation } from './totp.ts';

/** Okta has several factors for one Okta Verify app. The portal shows them as one method. */
export const oktaVerify: KindPolicy = listedKind(
  [
    // With number matching, a push has strength 3. A plain push has 2, and only Okta's answer shows which was sent.
    { factorType: 'push', provider: 'OKTA', verificationType: 'push', strength: 3 },
    { factorType: 'token:software:totp', provider: 'OKTA', verificationType: 'code', strength: 3 },
    { factorType: 'signed_nonce', provider: 'OKTA', verificationType: null, strength: 4 },
  ],
  3,
  {
    several: false,
    // Okta publishes no limit for links.
    resendAfterMs: 30_000,
    detail: (factor) => profileText(factor, 'name'),
    enroll: ({ method }: BodyOfKind<'okta-verify'>) => ({
      body: { factorType: method === 'push' ? 'push' : 'token:software:totp', provider: 'OKTA' },
    }),
    activation: (made, { method }: BodyOfKind<'okta-verify'>, inputs) =>
      method === 'totp'
        ? secretActivation(made, inputs)
        : {
            how: 'poll',
            ...byPhone(made.id),
            expiresAt: earlier(made.activation?.expiresAt ?? null, inputs.expiresAt),
          },
  },
);

export const byPhone = (factorId: string): Pick<Extract<Activation, { how: 'poll' }>, 'qr' | 'links'> => ({
  qr: `/api/factors/${factorId}/activation/qr`,
  links: ['sms', 'email'],
});

function earlier(okta: string | null, local: string): string {
  return okta !== null && Date.parse(okta) < Date.parse(local) ? okta : local;
}
