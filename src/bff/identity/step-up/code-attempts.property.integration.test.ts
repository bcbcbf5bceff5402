import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DAY_MS, createClock } from '#clock';
import { ApiError } from '#contract/errors.ts';
import type { VerificationType, FactorKind } from '#contract/kinds.ts';
import { OktaError } from '#okta/wire/okta-error.ts';
import { openTestStore, testDatabase } from '#testing/store.ts';
import { createCodeAttempts, type CodeAttempt } from './code-attempts.ts';

/** Default: 50 sequences, 20 on PostgreSQL, which is ten times slower. SOAK_SEED and SOAK_PATH repeat a failure. */
const usual = testDatabase === 'postgres' ? '800' : '2000';
const { SOAK_SEQUENCES = usual, SOAK_SEED: seed, SOAK_PATH: path } = process.env;
const extent = {
  numRuns: Math.ceil(Number(SOAK_SEQUENCES) / 40),
  ...(seed !== undefined && { seed: Number(seed) }),
  ...(path !== undefined && { path }),
};

const LOCKOUT = 5;
const means: Partial<Record<FactorKind, VerificationType>> = {
  totp: 'code',
  sms: 'sent-code',
  question: 'answer',
  webauthn: 'key',
};

type Try = {
  is: 'try';
  kind: FactorKind;
  answer: 'right' | 'wrong' | 'lost' | 'unsent';
  activates: boolean;
  portal: number;
  turns: number;
};
type Order =
  | Try
  | { is: 'many'; tries: Try[]; signsIn: boolean }
  | { is: 'wait'; seconds: number }
  | { is: 'sign-in'; strength: number }
  | { is: 'callback' }
  /** A person who keeps guessing at one kind, and unblocks it as soon as possible. */
  | { is: 'guesses-on'; tries: Try[] };

const oneTry = fc.record<Try>({
  is: fc.constant('try'),
  kind: fc.constantFrom<FactorKind>('totp', 'totp', 'sms', 'question', 'webauthn'),
  answer: fc.constantFrom('wrong', 'wrong', 'wrong', 'wrong', 'lost', 'unsent', 'right'),
  activates: fc.boolean(),
  portal: fc.nat(1),
  turns: fc.nat(5),
});
const wait = fc.record<Order & { is: 'wait' }>({
  is: fc.constant('wait'),
  seconds: fc.constantFrom(1, 3, 31, 301, 3601, 6 * 3600, 86_400, 3 * 86_400),
});
const signIn = fc.record<Order & { is: 'sign-in' }>({
  is: fc.constant('sign-in'),
  strength: fc.constantFrom(0, 0, 2, 3),
});
const guessesOn = fc
  .tuple(fc.constantFrom<FactorKind>('totp', 'sms', 'question'), fc.nat(1), fc.integer({ min: 5, max: 60 }))
  .map(([kind, portal, length]) => ({
    is: 'guesses-on' as const,
    tries: Array.from({ length }, (): Try => ({
      is: 'try',
      kind,
      answer: 'wrong',
      activates: false,
      portal,
      turns: 0,
    })),
  }));
const orders = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: oneTry as fc.Arbitrary<Order> },
    {
      weight: 2,
      arbitrary: fc.record({
        is: fc.constant('many' as const),
        tries: fc.array(oneTry, { minLength: 2, maxLength: 8 }),
        signsIn: fc.boolean(),
      }),
    },
    { weight: 4, arbitrary: wait as fc.Arbitrary<Order> },
    { weight: 3, arbitrary: signIn as fc.Arbitrary<Order> },
    { weight: 3, arbitrary: fc.constant<Order>({ is: 'callback' }) },
    { weight: 1, arbitrary: guessesOn as fc.Arbitrary<Order> },
  ),
  { minLength: 10, maxLength: 80 },
);

/** The strictest org: time does not clear the count of wrong codes in a row. */
function strictOrg(now: () => number) {
  let row = 0;
  const seen = new Map<FactorKind, number[]>();
  return {
    locked: () => row >= LOCKOUT,
    wrong: (kind: FactorKind) => seen.get(kind) ?? [],
    signIn: () => void (row = 0),
    judge(kind: FactorKind, right: boolean, activates: boolean) {
      if (!right) {
        row += 1;
        seen.set(kind, [...(seen.get(kind) ?? []), now()]);
      } else if (!activates) {
        row = 0;
        seen.delete(kind);
      }
    },
  };
}

const failed = (acted: 'no' | 'maybe') =>
  new ApiError(
    acted === 'no' ? 'org_unavailable' : 'org_error',
    {},
    { cause: new OktaError('unavailable', 'x', { acted }) },
  );

async function play(sequence: Order[]) {
  const start = 1_800_000_000_000;
  const clock = createClock(() => start);
  const store = await openTestStore();
  const portals = [0, 1].map(() => createCodeAttempts({ store, clock, lockout: LOCKOUT, wrong: () => {} }));
  const org = strictOrg(clock.now);
  let refusal: ApiError | null = null;
  const arriving: { at: number; strength: number }[] = [];
  let most = 0;

  async function attempt({ kind, answer, activates, portal, turns }: Try) {
    const of: CodeAttempt = {
      userId: 'ada',
      kind,
      verificationType: means[kind]!,
      hasKey: async () => true,
      clears: !activates,
    };
    await portals[portal]!.guard(of, async () => {
      for (let turn = 0; turn < turns; turn += 1) await new Promise((resolve) => setImmediate(resolve));
      if (answer === 'unsent') throw failed('no');
      const right = answer === 'right';
      org.judge(kind, right, activates);
      expect(org.locked(), `locked by ${kind}`).toBe(false);
      if (answer === 'lost') throw failed('maybe');
      if (!right) throw new ApiError('wrong_code');
    }).catch((error: unknown) => {
      if (!(error instanceof ApiError)) throw error;
      refusal = error;
    });
    if (kind === 'webauthn') return;
    const times = org.wrong(kind);
    for (const [index, at] of times.entries()) {
      const day = times.slice(0, index + 1).filter((one) => one > at - DAY_MS).length;
      most = Math.max(most, day);
      expect(day, `wrong codes of ${kind} in a day`).toBeLessThanOrEqual(12);
    }
  }

  const sign = (strength: number) => {
    org.signIn();
    arriving.push({ at: Math.floor(clock.now() / 1000) * 1000, strength });
  };
  async function guessOn(tries: Try[]) {
    for (const one of tries) {
      refusal = null;
      await attempt(one);
      const { retryAt, closed } = (refusal as ApiError | null)?.details ?? {};
      if (retryAt !== undefined) clock.advance(Math.max(0, Date.parse(retryAt) - clock.now()) / 1000);
      if (closed !== 'all') continue;
      clock.advance(3);
      sign(0);
      await portals[1]!.signedIn('ada', arriving.pop()!.at, 0);
    }
  }
  for (const order of sequence) {
    if (order.is === 'wait') clock.advance(order.seconds);
    else if (order.is === 'sign-in') sign(order.strength);
    else if (order.is === 'callback') {
      const came = arriving.shift();
      if (came) await portals[0]!.signedIn('ada', came.at, came.strength);
    } else if (order.is === 'try') await attempt(order);
    else if (order.is === 'guesses-on') await guessOn(order.tries);
    else {
      const going = order.tries.map(attempt);
      if (order.signsIn) {
        await new Promise((resolve) => setImmediate(resolve));
        const came = arriving.shift();
        if (came) await portals[1]!.signedIn('ada', came.at, came.strength);
      }
      await Promise.all(going);
    }
  }
  await store.destroy();
  return most;
}

describe('[B1] [B2] [B3] any sequence of right and wrong codes, kinds, sign-ins, lost answers and time', () => {
  it(
    'sends at most 12 wrong codes of a kind a day to the org, and never locks the account',
    { timeout: 600_000 },
    async () => {
      let most = 0;
      const check = await fc.check(
        fc.asyncProperty(orders, async (sequence) => void (most = Math.max(most, await play(sequence)))),
        extent,
      );
      expect(check.failed, `${fc.defaultReportMessage(check)}\n${String(check.errorInstance)}`).toBe(false);
      if (extent.numRuns >= 20) expect(most).toBe(12);
      console.log(`tries: seed ${check.seed}`);
    },
  );
});
