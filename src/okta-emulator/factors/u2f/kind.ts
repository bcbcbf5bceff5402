import type { EmulatorContext } from '../../context/context.ts';
import type { FactorRow } from '../../store/schema.ts';
import { challengeLinks } from '../kind/link.ts';
import type { Json, VerifyContext, Kind, Remembered, Verdict } from '../kind/kind.ts';
import { NO_MATCH } from '../kind/passcode.ts';
import { expectedRpId } from '../webauthn/rp.ts';
import { u2fRegistered, u2fSigned, type U2fKey } from './messages.ts';

const VERSION = 'U2F_V2';
/** The browser's timeout. The nonce is valid longer. */
const TIMEOUT_SECONDS = 20;
const NONCE_SECONDS = 300;

function newNonce(emulator: Pick<EmulatorContext, 'random'>): { nonce: string; remember: Remembered } {
  const nonce = emulator.random(15).toString('base64url');
  return { nonce, remember: { secret: Buffer.from(nonce), lifetimeSeconds: NONCE_SECONDS, replaces: true } };
}

const readKey = ({ data }: Pick<FactorRow, 'data'>) => JSON.parse(data ?? 'null') as U2fKey | null;

function getExpected({ emulator, outstanding }: VerifyContext) {
  const [newest] = outstanding;
  return newest && !newest.used ? { nonce: newest.secret.toString(), rpId: expectedRpId(emulator) } : undefined;
}

function activate(input: VerifyContext): Verdict {
  const expected = getExpected(input);
  const key = expected && u2fRegistered(input.body, expected);
  if (!key) return { outcome: 'wrong', cause: NO_MATCH };
  return { outcome: 'right', profile: { credentialId: key.keyHandle, version: VERSION }, data: key };
}

function verify(input: VerifyContext): Verdict {
  const expected = getExpected(input);
  const stored = readKey(input.row);
  const key = expected && stored ? u2fSigned(input.body, stored, expected) : undefined;
  if (!key) return { outcome: 'wrong', cause: NO_MATCH };
  return { outcome: 'right', data: key, answer: { profile: JSON.parse(input.row.profile) as Json } };
}

/** U2F keys precede WebAuthn. Okta's API has them, but browsers no longer support them. */
export const u2f: Kind = {
  factorType: 'u2f',
  provider: 'FIDO',
  idPrefix: 'fuf',
  offeredBy: ['classic'],
  links: { PENDING_ACTIVATION: ['activate'], ACTIVE: ['verify'] },
  answerFields: ['clientData', 'signatureData'],
  answersOnce: true,
  enroll({ emulator }) {
    const { nonce, remember } = newNonce(emulator);
    return {
      status: 'PENDING_ACTIVATION',
      profile: null,
      secret: null,
      remember,
      activation: { version: VERSION, nonce, timeoutSeconds: TIMEOUT_SECONDS },
    };
  },
  activate,
  challenge({ emulator, row, below }) {
    const { nonce, remember } = newNonce(emulator);
    const profile = JSON.parse(row.profile) as Json;
    const challenge = { nonce, timeoutSeconds: TIMEOUT_SECONDS };
    return {
      remember,
      answer: { factorResult: 'CHALLENGE', profile, _links: challengeLinks({ below }), _embedded: { challenge } },
    };
  },
  verify,
};
