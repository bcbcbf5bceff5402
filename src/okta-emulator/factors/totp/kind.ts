import { codeSignIn } from '../kind/sign-in.ts';
import type { Enrolled, EnrollContext, Kind, OnFactor } from '../kind/kind.ts';
import { completeFamily, removedWith } from '../okta-verify/family.ts';
import { setUpUri } from '../okta-verify/uri.ts';
import { qrPng } from '../qr/image.ts';
import { isQrToken, qrToken } from '../qr/token.ts';
import { decodeBase32, encodeBase32 } from '../../wire/base32.ts';
import { STEP_SECONDS, appToken, checkTimedCode } from './otp.ts';
import { otpauthUri } from './uri.ts';

/** `{ seed: undefined }` if the request's seed is invalid. Only GOOGLE accepts a seed, of 16 to 32 characters. */
function ownSeed(profile: unknown): { seed: Buffer | undefined } | undefined {
  const seedText = (profile as { sharedSecret?: unknown } | null | undefined)?.sharedSecret;
  if (seedText === undefined || seedText === null) return undefined;
  return {
    seed:
      typeof seedText === 'string' && seedText.length >= 16 && seedText.length <= 32
        ? decodeBase32(seedText)
        : undefined,
  };
}

function enroll(
  provider: string,
  { emulator: { random, secretLength }, id, person, body, below }: EnrollContext,
): Enrolled {
  const own = provider === 'GOOGLE' ? ownSeed(body.profile) : undefined;
  if (own && !own.seed) return { cause: 'Invalid Profile.' };
  const secret = own?.seed ?? random((secretLength * 5) / 8);
  return {
    status: 'PENDING_ACTIVATION',
    profile: { credentialId: person.login },
    secret,
    activation: {
      timeStep: STEP_SECONDS,
      sharedSecret: encodeBase32(secret),
      encoding: 'base32',
      // Okta's `keyLength` is the number of digits.
      keyLength: 6,
      factorResult: 'WAITING',
      _links: { qrcode: { href: below(`/qr/${qrToken(secret, id)}`), type: 'image/png' } },
    },
  };
}

/** Undefined if the factor is active, or if the token belongs to another secret. */
function qr(
  provider: string,
  { emulator, person, row, secret, token }: OnFactor & { token: string },
): Buffer | undefined {
  if (row.status !== 'PENDING_ACTIVATION' || !secret || !isQrToken(token, secret, row.id)) return undefined;
  return qrPng(
    provider === 'GOOGLE'
      ? otpauthUri(emulator, person.login, secret)
      : setUpUri(emulator, row.id, { secret: encodeBase32(secret) }),
  );
}

function totpKind(provider: 'GOOGLE' | 'OKTA', idPrefix: string): Kind {
  return {
    factorType: 'token:software:totp',
    provider,
    idPrefix,
    offeredBy: ['classic', 'oie'],
    links: { PENDING_ACTIVATION: ['activate'], ACTIVE: ['verify'] },
    answerFields: ['passCode'],
    enroll: (input) => enroll(provider, input),
    activate: checkTimedCode(appToken),
    verify: checkTimedCode(appToken),
    qr: (input) => qr(provider, input),
    signIn: codeSignIn,
  };
}

export const googleTotp = totpKind('GOOGLE', 'uft');
export const oktaTotp: Kind = {
  ...totpKind('OKTA', 'ost'),
  removesAlong: removedWith,
  // Classic can enroll codes without the rest of Okta Verify. Identity Engine cannot.
  activated: async (input) => (input.emulator.engine === 'oie' ? completeFamily(input, { byPhone: false }) : undefined),
};
