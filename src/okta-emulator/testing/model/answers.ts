import { createSecurityKey, type SecurityKey } from '../security-key.ts';
import { hotp, stepAt } from '../../factors/totp/otp.ts';
import { decodeBase32 } from '../../wire/base32.ts';
import { isSent, type Factor, type Given, type Person } from './parts.ts';
import type { Target } from './target-emulator.ts';
import type { AnswerSort, Script } from './commands.ts';

export const codeAt = (secret: string, step: number): string => hotp(decodeBase32(secret) ?? Buffer.alloc(20), step);

export type Presented = { body: object; given: Given };

const NOTHING: Presented = { body: {}, given: { none: true } };

const scripts: Record<Script, (code: string) => string> = {
  plain: (code) => code,
  spaced: (code) => ` ${code.slice(0, 3)} ${code.slice(3)}\u00a0`,
  wide: (code) => [...code].map((digit) => String.fromCodePoint(0xff10 + Number(digit))).join(''),
};

type Purpose = 'activate' | 'verify';
type AnswerRequest = {
  factor: Factor;
  me: Person;
  everybody: readonly Person[];
  purpose: Purpose;
  sort: AnswerSort;
  script: Script;
};

const coded = (code: string, script: Script, seen?: number): Presented => ({
  body: { passCode: scripts[script](code) },
  given: { code, seen },
});

function madeUp({ factor, everybody }: AnswerRequest, now: number): string {
  const all = everybody.flatMap(({ factors }) => factors);
  const taken = new Set(
    all.flatMap(({ out, secret }) => [
      ...out.map(({ value }) => value),
      ...(secret ? [-1, 0, 1].map((by) => codeAt(secret, stepAt(now) + by)) : []),
    ]),
  );
  const length = factor.kind === 'call' ? 5 : 6;
  for (let n = 31_337; ; n += 7919) {
    const code = String(n % 10 ** length).padStart(length, '0');
    if (!taken.has(code)) return code;
  }
}

const live = ({ out }: Factor, purpose: Purpose, now: number) =>
  out.filter((one) => one.purpose === purpose && one.until > now && !one.used).at(-1)?.value;

function elsewhere({ factor, purpose, everybody }: AnswerRequest, now: number): string | undefined {
  const other: Purpose = purpose === 'activate' ? 'verify' : 'activate';
  const all = everybody.flatMap(({ factors }) => factors).filter((one) => one !== factor);
  return (
    live(factor, other, now) ??
    all
      .flatMap((one) =>
        one.secret
          ? codeAt(one.secret, stepAt(now))
          : isSent(one.kind)
            ? (live(one, 'verify', now) ?? live(one, 'activate', now) ?? [])
            : [],
      )
      .at(-1)
  );
}

function answer({ factor, everybody, sort }: AnswerRequest): Presented {
  if (sort === 'none') return NOTHING;
  const others = everybody.flatMap(({ factors }) => factors).filter((one) => one !== factor);
  const foreign = others.find((one) => one.answer !== undefined)?.answer;
  const given = (sort === 'right' && factor.answer) || (sort === 'foreign' && foreign) || 'none of them';
  return { body: { answer: sort === 'right' ? ` ${given.toUpperCase()} ` : given }, given: { answer: given } };
}

function signed(keys: Map<string, SecurityKey>, { factor, purpose, everybody, sort }: AnswerRequest): Presented {
  const none: Presented = {
    body: purpose === 'verify' && sort !== 'none' ? { clientData: 'e30' } : {},
    given: sort === 'none' ? { none: true } : {},
  };
  if (sort === 'none') return none;
  const newest = factor.out.findLast((one) => one.purpose === purpose)?.value;
  const stale = factor.out.find((one) => one.value !== newest || one.used)?.value;
  const challenge = sort === 'old' ? stale : newest;
  if (challenge === undefined || sort === 'wrong') return none;
  const others = everybody
    .flatMap(({ factors }) => factors)
    .filter((one) => one !== factor && one.credential !== undefined);
  const foreign = sort === 'foreign' && others.at(-1)?.credential;
  if (purpose === 'verify') {
    const key = keys.get(foreign || (factor.credential ?? ''));
    return key ? { body: key.assert(challenge), given: { challenge, credential: key.id } } : none;
  }
  const key = (foreign && keys.get(foreign)) || createSecurityKey();
  keys.set(key.id, key);
  return { body: key.register(challenge), given: { challenge, credential: key.id } };
}

export function createAnswers(emulator: Target) {
  const keys = new Map<string, SecurityKey>();
  async function running(request: AnswerRequest): Promise<Presented> {
    const { factor, me, sort, script } = request;
    const now = emulator.clock.now();
    const step = stepAt(now);
    if (sort === 'none') return NOTHING;
    if (sort === 'right' && factor.secret === undefined)
      return coded(await emulator.shown(me.email, factor.id), script, step);
    const { secret } = factor;
    if (secret && sort === 'right') return coded(codeAt(secret, step), script);
    if (secret && sort === 'old')
      return coded(codeAt(secret, factor.acceptedStep > step - 2 ? factor.acceptedStep : step - 2), script);
    return coded((sort === 'foreign' && elsewhere(request, now)) || madeUp(request, now), script);
  }

  function sentCode(request: AnswerRequest): Presented {
    const { factor, purpose, sort, script } = request;
    const now = emulator.clock.now();
    if (sort === 'none') return NOTHING;
    const old = factor.out.findLast((one) => one.used || one.until <= now)?.value;
    const found = { right: live(factor, purpose, now), old, foreign: elsewhere(request, now), wrong: undefined }[sort];
    return coded(found ?? madeUp(request, now), script);
  }

  /** If the kind lacks the sort, returns a wrong answer. */
  return async (request: AnswerRequest): Promise<Presented> => {
    const { kind } = request.factor;
    if (kind === 'question') return answer(request);
    if (kind === 'key') return signed(keys, request);
    return isSent(kind) ? sentCode(request) : running(request);
  };
}
