import { expect } from 'vitest';
import type { Wire } from './called-factors.ts';
import type { Command } from './commands.ts';
import { check, find, type Run } from './model-run.ts';
import { kinds, type Person } from './parts.ts';

const NUMBERS = ['+15550100123', '+15550100124', '+15550100125'];

type Name = Exclude<Command['do'], 'clock'>;
type Named<N extends Name, C = Command> = C extends { do: infer D }
  ? [Extract<D, N>] extends [never]
    ? never
    : C & { do: N }
  : never;
type Operation<N extends Name> = (run: Run, command: Named<N>, me: Person) => Promise<void>;

const factorsPath = (me: Person) => `/users/${me.email}/factors`;

const enroll: Operation<'enroll'> = async (run, { kind, update, activate, seconds, to: choice }, me) => {
  const { emulator, machine, ledger } = run;
  const other = machine.people.find((one) => one !== me)!;
  const mail = [undefined, me.second ?? undefined, other.email, me.email][choice];
  const several = me.phones.filter(({ channel }) => channel === kind).length > 1;
  const to = kind === 'email' ? mail : (NUMBERS[choice] ?? (several ? NUMBERS[0] : undefined));
  const ask = { to, update, activate, seconds, answer: `the answer ${run.answers}` };
  const [factorType, provider] = kinds[kind];
  const profile = {
    ...(kind === 'question' && { question: 'disliked_food', answer: ask.answer }),
    ...(to !== undefined && { [kind === 'email' ? 'email' : 'phoneNumber']: to }),
  };
  const now = emulator.clock.now();
  const query = `updatePhone=${update}&activate=${activate}&tokenLifetimeSeconds=${seconds}`;
  const reply = await emulator.call('POST', `${factorsPath(me)}?${query}`, { factorType, provider, profile });
  if (kind === 'question') ledger.kept(ask.answer);
  await check(run, me, `enroll ${kind}`, machine.enroll(me, kind, ask, now), reply);
};

const answer: Operation<'activate' | 'verify'> = async (run, { do: purpose, pick, sort, script }, me) => {
  const { emulator, machine, ledger } = run;
  const now = emulator.clock.now();
  const { id, own, named } = find(run, me, pick, purpose);
  const everybody = machine.people;
  const { body, given } = await run.createAnswer({ factor: named, me, everybody, purpose, sort, script });
  const path = purpose === 'activate' ? '/lifecycle/activate' : '/verify';
  const reply = await emulator.call('POST', `${factorsPath(me)}/${id}${path}`, body);
  const expected = machine[purpose](me, own, given, now);
  const once = given.code ?? given.challenge;
  const accepted = (reply.body as Wire).factorResult === (purpose === 'verify' ? 'SUCCESS' : undefined);
  if (own && once !== undefined && reply.status === 200 && accepted) {
    const step = own.kind === 'app' || own.kind === 'codes' ? own.acceptedStep : own.out.length;
    ledger.accept(`${id} ${once} ${step}`);
  }
  await check(run, me, `${purpose} ${named.kind}`, expected, reply);
};

const challenge: Operation<'challenge'> = async (run, command, me) => {
  const { emulator, machine } = run;
  const now = emulator.clock.now();
  const { id, own } = find(run, me, command.pick, command.do);
  const { matching } = command;
  const path = `${factorsPath(me)}/${id}/verify?tokenLifetimeSeconds=${command.seconds}`;
  const reply = await emulator.call('POST', path, matching ? { useNumberMatchingChallenge: true } : {});
  const seconds = own?.kind === 'email' ? command.seconds : 300;
  await check(run, me, command.do, machine.verify(me, own, { none: true, matching, seconds }, now), reply);
};

const resend: Operation<'resend'> = async (run, command, me) => {
  const { id, own } = find(run, me, command.pick, command.do);
  const expected = run.machine.resend(me, own, run.emulator.clock.now());
  await check(run, me, command.do, expected, await run.emulator.call('POST', `${factorsPath(me)}/${id}/resend`));
};

const poll: Operation<'poll'> = async (run, command, me) => {
  const { id, own } = find(run, me, command.pick, command.do);
  const expected = run.machine.poll(me, own, run.emulator.clock.now());
  const reply = await run.emulator.call('POST', `${factorsPath(me)}/${id}/lifecycle/activate/poll`);
  await check(run, me, command.do, expected, reply);
};

const change: Operation<'change'> = async (run, command, me) => {
  const { id, own } = find(run, me, command.pick, command.do);
  const profile = { question: 'disliked_food', answer: `another answer ${run.answers}` };
  run.ledger.kept(profile.answer);
  const expected = run.machine.change(me, own, profile.answer);
  await check(run, me, command.do, expected, await run.emulator.call('PUT', `${factorsPath(me)}/${id}`, { profile }));
};

const phone: Operation<'phone'> = async ({ emulator, machine }, command, me) => {
  const now = emulator.clock.now();
  const waiting = me.factors
    .flatMap((one) => one.pushes)
    .findLast(({ status, until }) => status === 'WAITING' && now < until);
  const right = waiting?.number ?? 10;
  const number = { right, wrong: right === 99 ? 10 : right + 1, none: undefined }[command.number];
  const reply = await emulator.phone({ user: me.email, answer: command.answer, number });
  const expected = machine.phone(me, command.answer, number, now);
  expect(reply.status, 'what the phone was told').toBe(expected.status);
};

const transaction: Operation<'transaction'> = async (run, command, me) => {
  const { emulator, machine, pushes } = run;
  const now = emulator.clock.now();
  const { id, own } = find(run, me, command.pick, command.do);
  const push = pushes[command.push % (pushes.length || 1)];
  const path = `${factorsPath(me)}/${id}/transactions/${push?.id ?? 'v2mst.none'}`;
  const reply = await emulator.call(command.cancel ? 'DELETE' : 'GET', path);
  await check(run, me, command.do, machine.transaction(me, own, push, command.cancel, now), reply);
};

const remove: Operation<'remove'> = async (run, command, me) => {
  const { id, own } = find(run, me, command.pick, command.do);
  const path = `${factorsPath(me)}/${id}?removeRecoveryEnrollment=${command.recovery}`;
  const reply = await run.emulator.call('DELETE', path);
  await check(run, me, command.do, run.machine.remove(me, own, command.recovery), reply);
};

const reset: Operation<'reset'> = async (run, command, me) => {
  const path = `/users/${me.email}/lifecycle/reset_factors?removeRecoveryEnrollment=${command.recovery}`;
  const expected = run.machine.reset(me, command.recovery);
  await check(run, me, command.do, expected, await run.emulator.call('POST', path));
};

const unlock: Operation<'unlock'> = async (run, command, me) => {
  const reply = await run.emulator.call('POST', `/users/${me.email}/lifecycle/unlock`);
  await check(run, me, command.do, run.machine.unlock(me), reply);
};

const operations: { [N in Name]: Operation<N> } = {
  ...{ enroll, challenge, resend, poll, change, phone, transaction, remove, reset, unlock },
  activate: (run, command, me) => answer(run, command, me),
  verify: (run, command, me) => answer(run, command, me),
};

export const execute = (run: Run, command: Exclude<Command, { do: 'clock' }>, me: Person): Promise<void> =>
  (operations[command.do] as (run: Run, command: Command, me: Person) => Promise<void>)(run, command, me);
