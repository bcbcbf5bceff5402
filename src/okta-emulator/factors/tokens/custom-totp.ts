import { seededId } from '../../wire/ids.ts';
import { decodeBase32 } from '../totp/base32.ts';
import type { Json, Judging, Kind, Verdict } from '../kind/kind.ts';
import { NO_MATCH, normalizeCode, sameText } from '../kind/passcode.ts';
import { codeSignIn } from '../kind/sign-in.ts';
import { customToken, stepOf } from './generators.ts';
import { TOKEN_HOLDERS } from './holders.ts';

/** The custom authenticator of the org, by the id that enrollments use. */
export const CUSTOM_PROFILE = { id: seededId('fpr', 'Example Token'), name: 'Example Token' };

/** How many steps before and after now are accepted: Okta's "drift interval". */
const DRIFT = 3;

function judge({ secret, row, body, now }: Judging): Verdict {
  const given = normalizeCode(body.passCode);
  if (!secret) return { outcome: 'wrong', cause: NO_MATCH };
  const current = stepOf(customToken, now);
  const steps = Array.from({ length: 2 * DRIFT + 1 }, (_none, index) => current - DRIFT + index);
  const matching = steps.filter((step) => sameText(customToken.code(secret, step), given));
  const unspent = matching.find((step) => step > (row.accepted_step ?? -1));
  if (unspent !== undefined) return { outcome: 'right', acceptedStep: unspent };
  return matching.length > 0 ? { outcome: 'spent' } : { outcome: 'wrong', cause: NO_MATCH };
}

/**
 * Custom TOTP, on the wire `token:hotp` although it is time-based. Enrollment needs `activate=true`; the caller gives
 * the seed in base32, and it is never shown.
 */
export const customTotp: Kind = {
  factorType: 'token:hotp',
  provider: 'CUSTOM',
  idPrefix: 'chf',
  several: () => false,
  offeredBy: ['classic', 'oie'],
  offeredTo: TOKEN_HOLDERS,
  dated: true,
  links: { PENDING_ACTIVATION: [], ACTIVE: ['verify'] },
  proof: ['passCode'],
  signIn: codeSignIn,
  enroll({ body, query }) {
    const { sharedSecret } = (body.profile ?? {}) as Json;
    const secret =
      typeof sharedSecret === 'string' && sharedSecret.length >= 16 ? decodeBase32(sharedSecret) : undefined;
    if (!query.activate || body.factorProfileId !== CUSTOM_PROFILE.id || !secret) return { cause: 'Invalid Profile.' };
    return { status: 'ACTIVE', profile: null, secret, vendorName: CUSTOM_PROFILE.name };
  },
  verify: judge,
};
