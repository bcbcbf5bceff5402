import fc from 'fast-check';
import type { Kind } from './parts.ts';

/** The `n`-th factor of a group. `fitting`: own factors for which the call is possible. */
export type Pick = { whose: 'fitting' | 'own' | 'other' | 'gone' | 'none'; n: number };

/** `old`: right at another time. `foreign`: right for another factor or purpose. */
export type AnswerSort = 'right' | 'wrong' | 'old' | 'foreign' | 'none';

/** `spaced`: with spaces. `wide`: in full-width digits. */
export type Script = 'plain' | 'spaced' | 'wide';

export type Command =
  | {
      do: 'enroll';
      who: number;
      kind: Exclude<Kind, 'fastPass'>;
      to: number;
      update: boolean;
      activate: boolean;
      seconds: number;
    }
  | { do: 'activate' | 'verify'; who: number; pick: Pick; sort: AnswerSort; script: Script }
  | { do: 'challenge'; who: number; pick: Pick; matching: boolean; seconds: number }
  | { do: 'resend' | 'poll' | 'change'; who: number; pick: Pick }
  | { do: 'phone'; who: number; answer: 'enroll' | 'approve' | 'deny'; number: 'right' | 'wrong' | 'none' }
  | { do: 'transaction'; who: number; pick: Pick; push: number; cancel: boolean }
  | { do: 'remove'; who: number; pick: Pick; recovery: boolean }
  | { do: 'reset'; who: number; recovery: boolean }
  | { do: 'unlock'; who: number }
  | { do: 'clock'; seconds: number };

const rarely = (times: number) => fc.nat(times - 1).map((one) => one === 1);
const who = fc.nat(7).map((one) => (one === 7 ? 1 : 0));
const seconds = fc.constantFrom(300, 60, 600);
const mostly = <T>(...choices: [number, T][]) =>
  fc.oneof(...choices.map(([weight, value]) => ({ weight, arbitrary: fc.constant(value) })));
const pick: fc.Arbitrary<Pick> = fc.record({
  whose: mostly<Pick['whose']>([16, 'fitting'], [2, 'own'], [1, 'other'], [1, 'gone'], [1, 'none']),
  n: mostly([6, 0], [1, 1], [1, 2]),
});
const sort = mostly<AnswerSort>([4, 'right'], [2, 'wrong'], [2, 'old'], [2, 'foreign'], [1, 'none']);
const script = mostly<Script>([3, 'plain'], [1, 'spaced'], [1, 'wide']);
const clock = fc.record({
  do: fc.constant('clock' as const),
  seconds: fc.constantFrom(1, 4, 5, 29, 30, 31, 60, 299, 300, 301, 600),
});

/** The index of the kind among the sequence's one to three kinds. */
const nth = fc.nat(2);
const enroll = fc.record({
  do: fc.constant('enroll' as const),
  who,
  nth,
  to: fc.nat(3),
  update: rarely(4),
  activate: rarely(10),
  seconds,
});
const activate = fc.record({ do: fc.constant('activate' as const), who, pick, sort, script });
const verify = fc.record({ do: fc.constant('verify' as const), who, pick, sort, script });
const challenge = fc.record({ do: fc.constant('challenge' as const), who, pick, matching: fc.boolean(), seconds });
const phone = fc.record({
  do: fc.constant('phone' as const),
  who,
  answer: fc.constantFrom('enroll' as const, 'approve' as const, 'deny' as const),
  number: mostly<'right' | 'wrong' | 'none'>([3, 'right'], [1, 'wrong'], [1, 'none']),
});
const transaction = fc.record({
  do: fc.constant('transaction' as const),
  who,
  pick,
  push: fc.nat(1),
  cancel: rarely(3),
});
const resend = fc.record({ do: fc.constant('resend' as const), who, pick });

const right = (what: 'activate' | 'verify', by: number): AnswerCommand => ({
  do: what,
  who: by,
  pick: { whose: 'fitting', n: 0 },
  sort: 'right',
  script: 'plain',
});
const later: Command = { do: 'clock', seconds: 31 };

type AnswerCommand = Extract<Command, { do: 'activate' | 'verify' }>;
type Begun = Omit<Extract<Command, { do: 'enroll' }>, 'kind'> & { nth: number };
type LaterCommand = Exclude<Command, { do: 'enroll' }>;
type Step = LaterCommand | Begun;

const times = <T>(count: number, one: T): T[] => Array.from({ length: count }, () => one);
const several = (one: fc.Arbitrary<Step>) =>
  fc.tuple(one, fc.integer({ min: 2, max: 6 })).map(([step, count]) => times(count, step));

const begun = fc
  .tuple(enroll, mostly<AnswerSort | 'unfinished'>([6, 'right'], [1, 'wrong'], [1, 'foreign'], [2, 'unfinished']))
  .map(([one, ending]): Step[] =>
    ending === 'unfinished'
      ? [one]
      : [
          one,
          { do: 'phone', who: one.who, answer: 'enroll', number: 'none' },
          { ...right('activate', one.who), sort: ending },
        ],
  );

/** Related steps, because unrelated random steps would rarely succeed. */
const steps: fc.Arbitrary<Step[]> = fc.oneof(
  { weight: 4, arbitrary: begun },
  { weight: 2, arbitrary: enroll.map((one): Step[] => [one]) },
  {
    weight: 4,
    arbitrary: fc
      .tuple(challenge, fc.boolean(), verify)
      .map(([challenged, wait, answer]): Step[] => [...(wait ? [later] : []), challenged, answer]),
  },
  { weight: 2, arbitrary: challenge.map((one): Step[] => [later, one, right('verify', one.who)]) },
  { weight: 5, arbitrary: fc.tuple(challenge, phone, transaction).map((one): Step[] => one) },
  { weight: 1, arbitrary: several(activate) },
  { weight: 1, arbitrary: several(verify) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(resend, fc.integer({ min: 1, max: 6 }))
      .map(([one, count]) => times<Step[]>(count, [later, one]).flat()),
  },
  {
    weight: 1,
    arbitrary: fc
      .tuple(enroll, sort)
      .map(([one, bad]): Step[] => [one, ...times<Step>(6, { ...right('activate', one.who), sort: bad })]),
  },
  {
    weight: 6,
    arbitrary: fc.oneof(activate, verify, verify, challenge, phone, transaction).map((one): Step[] => [one]),
  },
  {
    weight: 1,
    arbitrary: fc
      .record({ do: fc.constantFrom('resend' as const, 'poll' as const, 'change' as const), who, pick })
      .map((one): Step[] => [one]),
  },
  {
    weight: 2,
    arbitrary: fc
      .record({ do: fc.constant('remove' as const), who, pick, recovery: fc.boolean() })
      .map((one): Step[] => [one]),
  },
  {
    weight: 1,
    arbitrary: fc
      .record({ do: fc.constant('reset' as const), who, recovery: fc.boolean() })
      .map((one): Step[] => [one]),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('unlock' as const), who }).map((one): Step[] => [one]) },
  { weight: 3, arbitrary: clock.map((one): Step[] => [one]) },
);

const LONGEST = 14;
const kinds = ['app', 'codes', 'push', 'sms', 'call', 'email', 'question', 'key'] as const;

function among(few: readonly (typeof kinds)[number][], lives: readonly Step[][]): Command[] {
  return lives.flatMap((life) => {
    const kind = life[0]?.do === 'enroll' ? few[life[0].nth % few.length]! : undefined;
    const fits = (step: Step) =>
      kind === undefined || step.do === 'enroll' || (step.do === 'phone') === (kind === 'push');
    return life
      .filter(fits)
      .map((step): Command => (step.do === 'enroll' ? { ...step, kind: kind! } : (step as LaterCommand)));
  });
}

const few = fc.oneof(
  { weight: 5, arbitrary: fc.uniqueArray(fc.constantFrom(...kinds), { minLength: 1, maxLength: 3 }) },
  fc.constantFrom<(typeof kinds)[number][]>(['push', 'codes'], ['sms'], ['key']),
);

/** Most operations are for the first person, so that a sequence reaches states that need many operations. */
export const sequences: fc.Arbitrary<Command[]> = fc
  .tuple(few, begun, fc.array(steps, { maxLength: 8, size: 'max' }))
  .map(([chosen, first, rest]) => among(chosen, [first, ...rest]).slice(0, LONGEST));
