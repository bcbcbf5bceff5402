import type { Token } from '../../store/tokens.ts';
import type { Enrolled, EnrollContext, Json, VerifyContext, Kind, Verdict } from '../kind/kind.ts';
import { NO_MATCH, normalizeCode, sameText } from '../kind/passcode.ts';
import { codeSignIn } from '../kind/sign-in.ts';
import { stepOfCode, type TimedToken } from '../totp/otp.ts';
import { rsaToken, symantecToken } from './generators.ts';
import { freeToken, spareToken, consumeCode, tokenBehind } from './inventory.ts';
import { readPublicId, readYubikey } from './yubikey-otp.ts';

/** `counter`: the code's counter. Undefined for a wrong code. */
type Match = { counter: number } | 'consumed' | undefined;

const NONE: Enrolled = { cause: NO_MATCH };

const objectIn = (value: unknown): Json => (typeof value === 'object' && value !== null ? (value as Json) : {});

/** The code is a text in Okta's descriptions, but a number in its specification. */
const codeIn = (value: unknown, digits: number) =>
  typeof value === 'number' ? String(value).padStart(digits, '0') : normalizeCode(value);

function timedMatch(token: TimedToken, secret: Buffer, { counter: last }: Token, given: string, now: number): Match {
  const step = stepOfCode(token, { secret, code: given, last, now });
  return typeof step === 'number' ? { counter: step } : step;
}

/** Private id and checksum identify the key. The counter shows whether the code is newer than the last. */
function yubikeyMatch(secret: Buffer, { counter, public_id: publicId }: Token, given: string): Match {
  const code = readYubikey(given, secret.subarray(0, 16));
  if (!code || code.publicId !== publicId || !code.privateId.equals(secret.subarray(16))) return undefined;
  return code.counter > counter ? { counter: code.counter } : 'consumed';
}

async function getVerdict(
  { tx, row, body }: VerifyContext,
  matchToken: (secret: Buffer, token: Token, given: string) => Match,
): Promise<Verdict> {
  const token = await tokenBehind(tx, row.id);
  const match = token && matchToken(Buffer.from(token.secret, 'base64url'), token, normalizeCode(body.passCode));
  if (!token || !match) return { outcome: 'wrong', cause: NO_MATCH };
  if (match === 'consumed') return { outcome: 'consumed' };
  await consumeCode(tx, token.serial, match.counter);
  return { outcome: 'right' };
}

const shared = {
  offeredBy: ['classic', 'oie'],
  links: { PENDING_ACTIVATION: [], ACTIVE: ['verify'] },
  answerFields: ['passCode'],
  signIn: codeSignIn,
  removed: freeToken,
} satisfies Partial<Kind>;

export const yubikey: Kind = {
  ...shared,
  factorType: 'token:hardware',
  provider: 'YUBICO',
  idPrefix: 'ykf',
  async enroll({ tx, id, body }) {
    const given = normalizeCode(objectIn(body.verify).passCode);
    const token = await spareToken(tx, 'token:hardware/YUBICO', 'public_id', readPublicId(given) ?? '');
    const match = token && yubikeyMatch(Buffer.from(token.secret, 'base64url'), token, given);
    if (!token || !match || match === 'consumed') return NONE;
    await consumeCode(tx, token.serial, match.counter, id);
    return { status: 'ACTIVE', profile: { credentialId: token.serial }, secret: null };
  },
  verify: (input) => getVerdict(input, yubikeyMatch),
};

async function firstCode(input: EnrollContext, kind: string, generator: TimedToken) {
  const { tx, body, now } = input;
  const { credentialId } = objectIn(body.profile);
  const token = typeof credentialId === 'string' ? await spareToken(tx, kind, 'serial', credentialId) : undefined;
  if (!token) return undefined;
  const secret = Buffer.from(token.secret, 'base64url');
  const match = timedMatch(generator, secret, token, codeIn(objectIn(body.verify).passCode, 6), now);
  return match === undefined || match === 'consumed' ? undefined : { token, secret, step: match.counter };
}

async function assigned(
  { tx, id }: Pick<EnrollContext, 'tx' | 'id'>,
  { serial }: Token,
  step: number,
): Promise<Enrolled> {
  await consumeCode(tx, serial, step, id);
  return { status: 'ACTIVE', profile: { credentialId: serial }, secret: null };
}

const timedVerdict = (generator: TimedToken) => (input: VerifyContext) =>
  getVerdict(input, (secret, token, given) => timedMatch(generator, secret, token, given, input.now));

export const rsa: Kind = {
  ...shared,
  factorType: 'token',
  provider: 'RSA',
  idPrefix: 'rsa',
  async enroll(input) {
    const first = await firstCode(input, 'token/RSA', rsaToken);
    return first ? assigned(input, first.token, first.step) : NONE;
  },
  verify: timedVerdict(rsaToken),
};

/** Enrolling needs two consecutive codes. */
export const symantec: Kind = {
  ...shared,
  factorType: 'token',
  provider: 'SYMANTEC',
  idPrefix: 'ufv',
  async enroll(input) {
    const first = await firstCode(input, 'token/SYMANTEC', symantecToken);
    const next = codeIn(objectIn(input.body.verify).nextPassCode, 6);
    if (!first || !sameText(symantecToken.code(first.secret, first.step + 1), next)) return NONE;
    return assigned(input, first.token, first.step + 1);
  },
  verify: timedVerdict(symantecToken),
};
