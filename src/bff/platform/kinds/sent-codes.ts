import type { Factor as Wire } from '#okta/wire/factor.ts';
import type { Sent } from '#contract/endpoints.ts';
import { listedKind, profileText, type BodyOfKind, type KindPolicy } from './kind.ts';
import { maskAddress, maskPhone } from './mask.ts';

/** How long a code is valid, in s. Okta fixes this time for text messages, and the portal requests it for emails. */
export const CODE_SECONDS = 300;

/** `now`: when the message was sent, in ms. */
export function sentBy(
  policy: Pick<KindPolicy, 'resendAfterMs' | 'detail'>,
  factor: Pick<Wire, 'profile'>,
  now: number,
): Sent {
  return {
    to: policy.detail(factor),
    resendAt: new Date(now + policy.resendAfterMs).toISOString(),
    expiresAt: new Date(now + CODE_SECONDS * 1000).toISOString(),
  };
}

const phone = (factor: Pick<Wire, 'profile'>) => {
  const number = profileText(factor, 'phoneNumber');
  return number === null ? null : maskPhone(number);
};

/** Okta sends no code to an already verified number. The factor is then active at once. */
function sentCodes(policy: KindPolicy): KindPolicy {
  return {
    ...policy,
    activation: (made, _body, { now, expiresAt }) =>
      made.status === 'PENDING_ACTIVATION'
        ? { how: 'code', digits: policy.digits!, sent: sentBy(policy, made, now), expiresAt }
        : null,
  };
}

export const sms = sentCodes(
  listedKind([{ factorType: 'sms', provider: '*', verificationType: 'sent-code', strength: 2 }], 2, {
    sendsTo: 'phone',
    detail: phone,
    resendAfterMs: 30_000,
    badProfile: 'bad_phone',
    enroll: ({ phoneNumber, updatePhone }: BodyOfKind<'sms'>) => ({
      body: { factorType: 'sms', provider: 'OKTA', ...(phoneNumber && { profile: { phoneNumber } }) },
      ...(updatePhone && { updatePhone }),
    }),
  }),
);

export const call = sentCodes(
  listedKind([{ factorType: 'call', provider: '*', verificationType: 'sent-code', strength: 2 }], 2, {
    sendsTo: 'phone',
    detail: phone,
    resendAfterMs: 30_000,
    badProfile: 'bad_phone',
    digits: 5,
    enroll: ({ phoneNumber, phoneExtension, updatePhone }: BodyOfKind<'call'>) => ({
      body: {
        factorType: 'call',
        provider: 'OKTA',
        ...(phoneNumber && { profile: { phoneNumber, ...(phoneExtension && { phoneExtension }) } }),
      },
      ...(updatePhone && { updatePhone }),
    }),
  }),
);

export const email = sentCodes(
  listedKind([{ factorType: 'email', provider: '*', verificationType: 'sent-code', strength: 1 }], 1, {
    sendsTo: 'email',
    detail: (factor) => {
      const address = profileText(factor, 'email');
      return address === null ? null : maskAddress(address);
    },
    resendAfterMs: 5000,
    enroll: (_body: BodyOfKind<'email'>, { email: address }) => ({
      body: { factorType: 'email', provider: 'OKTA', profile: { email: address } },
      tokenLifetimeSeconds: CODE_SECONDS,
    }),
  }),
);
