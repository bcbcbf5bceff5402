import { OktaError } from '../wire/errors.ts';
import type { EmulatorContext } from '../context/context.ts';
import { emptyCall, type FactorCall } from '../factors/about.ts';
import { readTransaction } from '../factors/follow.ts';
import type { Call, Json } from '../factors/kind/kind.ts';
import { verifyAnyCode, verifyFactor } from '../factors/verify.ts';
import type { Person } from '../store/schema.ts';
import { choosePage, factorPage } from './factor-pages.ts';
import { messagePage } from './pages.ts';
import { listSignInOptions, type SignInOption } from './options.ts';

/** Stored in the open sign-in. */
export type Chosen = { option: string; sent?: boolean; transactionId?: string; challenge?: string };

/** `headers`: the browser's. A push shows them on the phone. */
export type FactorStep = {
  person: Person;
  level: 'factor' | 'key';
  chosen: Chosen | undefined;
  headers: Call['headers'];
};

/** `keep`: a choice to store, after which the page is loaded again. */
export type Outcome = { verified: SignInOption } | { status: number; body: string } | { keep: Chosen };

const CHOOSE = 'choose';
const THROTTLED = new Set(['E0000109', 'E0000118', 'E0000133']);

export const text = (value: unknown) => (typeof value === 'string' ? value : '');

/** For keys, `factorId` is their type, which means all of the person's keys. */
const callFor = ({ person, headers }: FactorStep, option: SignInOption, body: Json = {}): FactorCall => ({
  person,
  factorId: option.kind === 'key' ? 'webauthn' : (option.rows[0]?.id ?? ''),
  call: { ...emptyCall(body), headers },
});

const FIELDS = ['passCode', 'answer', 'clientData', 'authenticatorData', 'signatureData'];

async function begin(emulator: EmulatorContext, step: FactorStep, option: SignInOption): Promise<Chosen> {
  const chosen: Chosen = { option: option.id };
  if (option.kind === 'code' || option.kind === 'answer') return chosen;
  const { body } = await verifyFactor(emulator, callFor(step, option));
  if (option.kind === 'sent') return { ...chosen, sent: true };
  if (option.kind === 'key')
    return {
      ...chosen,
      challenge: text((body as { _embedded?: { challenge?: Json } })._embedded?.challenge?.challenge),
    };
  const { href = '' } = (body._links as { poll?: { href?: string } }).poll ?? {};
  return { ...chosen, transactionId: href.split('/').at(-1) };
}

/** Undefined if the answer is right. */
async function describeRefusal(
  emulator: EmulatorContext,
  step: FactorStep,
  option: SignInOption,
  form: Json,
): Promise<OktaError | undefined> {
  if (option.kind === 'code') {
    const checked = await verifyAnyCode(emulator, step.person, text(form.passCode));
    return checked instanceof OktaError ? checked : undefined;
  }
  // A push can only be answered on the phone.
  if (option.kind === 'push') return new OktaError('E0000068');
  const body = Object.fromEntries(FIELDS.map((name) => [name, text(form[name])]));
  try {
    await verifyFactor(emulator, callFor(step, option, body));
    return undefined;
  } catch (error) {
    if (error instanceof OktaError) return error;
    throw error;
  }
}

const wrong: Record<SignInOption['kind'], string> = {
  code: 'That code did not match. Wait for the next one and try again.',
  sent: 'That code did not match. Look at the newest message and try again.',
  answer: 'That answer did not match. Try again.',
  push: 'That did not work. Send another push.',
  key: 'That key did not answer as it should. Try again.',
};

function refusedPage(error: OktaError, page: (error: string) => string, option: SignInOption): Outcome {
  if (error.code === 'E0000069')
    return {
      status: 403,
      body: messagePage('Your account is locked', 'Your account is locked. Ask your helpdesk to unlock it.'),
    };
  if (error.code === 'E0000082') return { status: 400, body: page('That code has been used. Wait for the next one.') };
  if (THROTTLED.has(error.code))
    return { status: 429, body: page('A code was sent a moment ago. Use that one, or wait a little for another.') };
  return { status: 400, body: page(wrong[option.kind]) };
}

/** Before a choice, `option` is the first method if it is the only one or a code. Otherwise it is undefined. */
async function openSignInOptions(emulator: EmulatorContext, step: FactorStep) {
  const signInOptions = await listSignInOptions(emulator.db, step.person, step.level);
  const [first] = signInOptions;
  const preset = first && (signInOptions.length === 1 || first.kind === 'code') ? first.id : CHOOSE;
  const option = signInOptions.find(({ id }) => id === (step.chosen?.option ?? preset));
  const { login } = step.person;
  const page = (of: SignInOption, chosen: Chosen | undefined, more: { error?: string; denied?: boolean } = {}) =>
    factorPage({ login, option: of, others: signInOptions.length > 1, chosen, rpId: emulator.rpId, ...more });
  return { signInOptions, option, page, choose: () => choosePage({ login, signInOptions }) };
}

export async function showFactor(emulator: EmulatorContext, step: FactorStep): Promise<Outcome> {
  const { option, page, choose } = await openSignInOptions(emulator, step);
  if (!option) return { status: 200, body: choose() };
  const { transactionId } = step.chosen ?? {};
  if (option.kind !== 'push' || transactionId === undefined) return { status: 200, body: page(option, step.chosen) };
  const { factorResult } = await readTransaction(emulator, callFor(step, option), transactionId);
  if (factorResult === 'SUCCESS') return { verified: option };
  if (factorResult === 'WAITING') return { status: 200, body: page(option, step.chosen) };
  const error =
    factorResult === 'REJECTED'
      ? 'You denied the sign-in on your phone. Send another push if that was a mistake.'
      : 'The push was not answered in time.';
  return { status: 400, body: page(option, undefined, { error }) };
}

export async function takeFactor(emulator: EmulatorContext, step: FactorStep, form: Json): Promise<Outcome> {
  const { signInOptions, option, page, choose } = await openSignInOptions(emulator, step);
  if (form.option === CHOOSE) return { keep: { option: CHOOSE } };
  const requested = signInOptions.find(({ id }) => id === form.option);
  if (requested) {
    try {
      return { keep: await begin(emulator, step, requested) };
    } catch (error) {
      if (!(error instanceof OktaError)) throw error;
      return refusedPage(
        error,
        (words) => page(requested, { option: requested.id, sent: true }, { error: words }),
        requested,
      );
    }
  }
  // Choosing a method that the person does not have is no attempt.
  if (!option || form.option !== undefined) return { status: 400, body: choose() };
  const refusal = await describeRefusal(emulator, step, option, form);
  if (!refusal) return { verified: option };
  // Any answer to a key's challenge makes it invalid.
  const chosen = option.kind === 'key' ? undefined : step.chosen;
  return refusedPage(refusal, (error) => page(option, chosen, { error }), option);
}
