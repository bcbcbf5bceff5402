import { seededId } from '../../wire/ids.ts';
import { decodeBase32 } from '../../wire/base32.ts';
import type { Json, Kind } from '../kind/kind.ts';
import { appToken, checkTimedCode } from '../totp/otp.ts';
import { codeSignIn } from '../kind/sign-in.ts';

export const CUSTOM_PROFILE = { id: seededId('fpr', 'Example Token'), name: 'Example Token' };

/** Time steps before and after the current step that are accepted: Okta's "drift interval". */
const DRIFT = 3;

/** Okta names the type `token:hotp` although it is time-based. Enrollment needs `activate=true`. */
export const customTotp: Kind = {
  factorType: 'token:hotp',
  provider: 'CUSTOM',
  idPrefix: 'chf',
  offeredBy: ['classic', 'oie'],
  links: { PENDING_ACTIVATION: [], ACTIVE: ['verify'] },
  answerFields: ['passCode'],
  signIn: codeSignIn,
  enroll({ body, query }) {
    const { sharedSecret } = (body.profile ?? {}) as Json;
    const secret =
      typeof sharedSecret === 'string' && sharedSecret.length >= 16 ? decodeBase32(sharedSecret) : undefined;
    if (!query.activate || body.factorProfileId !== CUSTOM_PROFILE.id || !secret) return { cause: 'Invalid Profile.' };
    return { status: 'ACTIVE', profile: null, secret, vendorName: CUSTOM_PROFILE.name };
  },
  verify: checkTimedCode(appToken, DRIFT),
};
