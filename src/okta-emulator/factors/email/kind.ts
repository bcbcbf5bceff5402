import { invalid } from '../../wire/errors.ts';
import { challengeLinks } from '../kind/link.ts';
import type { About, Json, Kind } from '../kind/kind.ts';
import { sentCodeHooks } from '../kind/passcode.ts';
import { sendCode } from '../kind/sent-code.ts';
import { emailSignIn } from '../kind/sign-in.ts';

/** Default: the primary address. Throws E0000001 for an address that is not a verified address of the person. */
function getAddress({ person, body }: About): string {
  const given = (body.profile as { email?: unknown } | null | undefined)?.email ?? person.email;
  const own = [person.email, ...(person.second_email ? [person.second_email] : [])];
  const found = own.find(
    (address) => typeof given === 'string' && address.toLowerCase() === given.trim().toLowerCase(),
  );
  if (!found) throw invalid('Only verified primary or secondary email can be enrolled.');
  return found;
}

function lasting(seconds: number): string {
  const [count, unit] = seconds % 60 === 0 ? [seconds / 60, 'minute'] : [seconds, 'second'];
  return `${count} ${unit}${count === 1 ? '' : 's'}`;
}

const send = (input: About, email: string, lifetimeSeconds: number) =>
  sendCode(input, {
    channel: 'email',
    to: email,
    digits: 6,
    lifetimeSeconds,
    replaces: true,
    text: (code) =>
      `Your one-time verification code\n\nYour code is ${code}. It lasts ${lasting(lifetimeSeconds)}.\nIf you did not ask for it, tell your administrator.`,
  });

const createEmail = ({ profile }: { profile: string }) => (JSON.parse(profile) as { email: string }).email;

/** Only the newest code is accepted. On Identity Engine, the primary address has a factor automatically. */
export const email: Kind = {
  factorType: 'email',
  provider: 'OKTA',
  idPrefix: 'emf',
  offeredBy: ['classic', 'oie'],
  undated: true,
  links: { PENDING_ACTIVATION: ['resend', 'activate'], ACTIVE: ['verify'] },
  answerFields: ['passCode'],
  signIn: emailSignIn,
  async enroll(input) {
    const address = getAddress(input);
    const profile: Json = { email: address };
    if (input.query.activate) return { status: 'ACTIVE', profile, secret: null };
    const { tokenLifetimeSeconds } = input.query;
    const remember = await send(input, address, tokenLifetimeSeconds);
    return { status: 'PENDING_ACTIVATION', profile, secret: null, data: { tokenLifetimeSeconds }, remember };
  },
  // Okta reads no lifetime from a resend. The new code is valid for as long as the enrollment requested.
  resend: (input) =>
    send(
      input,
      createEmail(input.row),
      (JSON.parse(input.row.data ?? '{}') as { tokenLifetimeSeconds?: number }).tokenLifetimeSeconds ?? 300,
    ),
  async challenge(input) {
    const remember = await send(input, createEmail(input.row), input.query.tokenLifetimeSeconds);
    return { remember, answer: { factorResult: 'CHALLENGE', _links: challengeLinks(input) } };
  },
  ...sentCodeHooks,
};
