import { sql } from 'kysely';
import type { EmulatorContext } from '../../context/context.ts';
import { factorsIn } from '../../store/factor-rows.ts';
import type { FactorRow } from '../../store/schema.ts';
import type {
  About,
  Challenged,
  Enrolled,
  EnrollContext,
  Json,
  VerifyContext,
  Kind,
  OnFactor,
  Verdict,
} from '../kind/kind.ts';
import { challengeLinks, link, personHref } from '../kind/link.ts';
import { NO_MATCH } from '../kind/passcode.ts';
import { ALGORITHMS, asserted, registered, type Credential, type Expected } from './ceremony.ts';
import { authenticatorName } from './names.ts';
import { expectedRpId } from './rp.ts';

const NAME = 'webauthn/FIDO';
const ENROLL_SECONDS = 600;
const CHALLENGE_SECONDS = 300;

/** 15 bytes give base64url without padding, so the browser signs exactly the text that was sent. */
const newChallenge = (emulator: Pick<EmulatorContext, 'random'>): string => emulator.random(15).toString('base64url');

const readCredential = ({ data }: Pick<FactorRow, 'data'>) => JSON.parse(data ?? 'null') as Credential | null;

/** The browser excludes these keys, so that no key is registered twice. */
async function excluded({ tx, person }: About): Promise<Json[]> {
  const active = factorsIn(tx, person.id).where('status', '=', 'ACTIVE');
  const rows = await active.where('kind', '=', NAME).orderBy('created').execute();
  return rows.flatMap((row) => readCredential(row) ?? []).map(({ id }) => ({ type: 'public-key', id }));
}

async function enroll(input: EnrollContext): Promise<Enrolled> {
  const { emulator, person } = input;
  const challenge = newChallenge(emulator);
  return {
    status: 'PENDING_ACTIVATION',
    profile: null,
    secret: null,
    remember: { secret: Buffer.from(challenge), lifetimeSeconds: ENROLL_SECONDS, replaces: true },
    activation: {
      attestation: 'direct',
      authenticatorSelection: { userVerification: emulator.keyVerification.toLowerCase(), requireResidentKey: false },
      challenge,
      excludeCredentials: await excluded(input),
      pubKeyCredParams: ALGORITHMS.map((alg) => ({ type: 'public-key', alg })),
      rp: { name: 'Example', ...(emulator.rpId && { id: emulator.rpId }) },
      user: { displayName: `${person.first_name} ${person.last_name}`, name: person.login, id: person.id },
    },
  };
}

/** Undefined if the newest challenge is used. */
function challengeIn({ outstanding }: VerifyContext): string | undefined {
  const [newest] = outstanding;
  return newest && !newest.used ? newest.secret.toString() : undefined;
}

const expected = ({ emulator }: VerifyContext, challenge: string): Expected => ({
  challenge,
  rpId: expectedRpId(emulator),
  requireUserVerification: emulator.keyVerification === 'REQUIRED',
});

async function activate(input: VerifyContext): Promise<Verdict> {
  const challenge = challengeIn(input);
  const found = challenge === undefined ? undefined : await registered(input.body, expected(input, challenge));
  if (!found) return { outcome: 'wrong', cause: NO_MATCH };
  const { credential, aaguid } = found;
  // A key must not be registered twice (WebAuthn section 7.1, step 26).
  const existing = await input.tx
    .selectFrom('factors')
    .select('id')
    .where('kind', '=', NAME)
    .where(sql<string>`json_extract(data, '$.id')`, '=', credential.id)
    .executeTakeFirst();
  if (existing) return { outcome: 'wrong', cause: NO_MATCH };
  return {
    outcome: 'right',
    profile: { credentialId: credential.id, authenticatorName: authenticatorName(aaguid) },
    data: credential,
  };
}

async function verify(input: VerifyContext): Promise<Verdict> {
  const challenge = challengeIn(input);
  const credential = readCredential(input.row);
  const now =
    challenge !== undefined && credential
      ? await asserted(input.body, credential, expected(input, challenge))
      : undefined;
  if (!now) return { outcome: 'wrong', cause: NO_MATCH };
  return { outcome: 'right', data: now, answer: { profile: JSON.parse(input.row.profile) as Json } };
}

function challenge({ emulator, row, rows, below }: OnFactor & { rows: readonly FactorRow[] }): Challenged {
  const made = newChallenge(emulator);
  const several = rows.length > 1;
  // A page on the org's own host needs no rp.id. A page on another host of the same domain cannot know the id.
  const elsewhere = emulator.rpId !== undefined && emulator.rpId !== new URL(emulator.url).hostname;
  return {
    remember: { secret: Buffer.from(made), lifetimeSeconds: CHALLENGE_SECONDS, replaces: true },
    answer: {
      factorResult: 'CHALLENGE',
      profile: JSON.parse(row.profile) as Json,
      _links: {
        ...challengeLinks({ below }),
        ...(several && { verify: link(`${personHref(emulator, row.person_id)}/factors/webauthn/verify`, 'POST') }),
      },
      _embedded: { challenge: { challenge: made, extensions: {}, ...(elsewhere && { rpId: emulator.rpId }) } },
    },
  };
}

export const webauthn: Kind = {
  factorType: 'webauthn',
  provider: 'FIDO',
  idPrefix: 'fwf',
  several: () => true,
  offeredBy: ['classic', 'oie'],
  showsLastVerified: true,
  links: { PENDING_ACTIVATION: ['activate'], ACTIVE: ['verify'] },
  answerFields: ['clientData', 'authenticatorData', 'signatureData'],
  signIn: { kind: 'key', amr: 'hwk', title: () => 'A security key or passkey' },
  answersOnce: true,
  verifiedByType: true,
  enroll,
  activate,
  challenge,
  verify,
};
