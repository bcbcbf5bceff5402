import assert from 'node:assert/strict';
import { expect } from 'vitest';
import { ADA, GRACE } from '../emulator.ts';
import { createMachine } from './machine.ts';
import { blank, kinds, type Expected, type Factor, type Machine, type Person, type Push } from './parts.ts';
import { meant, type Wire } from './called-factors.ts';
import type { Target, Reply } from './target-emulator.ts';
import { createLedger } from './ledger.ts';
import type { Command, Pick } from './commands.ts';
import { codeAt, createAnswers } from './answers.ts';

const NUMBERS = ['+15550100123', '+15550100124', '+15550100125'];
const NOBODYS = 'uft00000000000000000';

/** How often each call got each answer, so that tests can check that the sequences get far. */
export type Seen = Map<string, number>;

/**
 * Runs commands on an emulator and on the model, both from their initial state, and compares every answer, every list
 * and the final state. Throws at the first difference.
 */
export async function runModel(emulator: Target, commands: readonly Command[], seen: Seen = new Map()): Promise<void> {
  await emulator.fresh();
  const machine: Machine = createMachine(
    emulator.engine,
    [
      [ADA, 'ada@home.example'],
      [GRACE, 'grace@home.example'],
    ],
    codeAt,
  );
  const ledger = createLedger();
  const createAnswer = createAnswers(emulator);
  const gone: string[] = [];
  const pushes: Push[] = [];
  let answers = 0;

  /** Compares a person's list with the model; the model learns ids that no answer gave. */
  async function checkList(me: Person): Promise<void> {
    const { status, body } = await emulator.call('GET', `/users/${me.email}/factors`);
    assert.equal(status, 200);
    ledger.assertNoSecret(body);
    const listed = (body as Wire[]).map(({ id, factorType, provider, status: state }) => ({
      id,
      factorType,
      provider,
      status: state,
    }));
    for (const factor of me.factors.filter(({ id }) => id === '')) {
      const [factorType, provider] = kinds[factor.kind];
      factor.id =
        listed.find(
          (one) =>
            one.factorType === factorType && one.provider === provider && !me.factors.some(({ id }) => id === one.id),
        )?.id ?? '';
    }
    const own = me.factors.map(({ id, kind, status: state }) => ({
      id,
      factorType: kinds[kind][0],
      provider: kinds[kind][1],
      status: state,
    }));
    const byId = (a: { id?: string }, b: { id?: string }) => (a.id! < b.id! ? -1 : 1);
    assert.deepEqual(listed.toSorted(byId), own.toSorted(byId));
  }

  /** Gives the model what only the emulator decides: ids, secrets, codes. */
  async function learn(me: Person, expected: Expected, body: Wire): Promise<void> {
    const { shows, secret, challenge, sends, push } = expected;
    ledger.assertNoSecret(body);
    if (shows) {
      if (shows.id === '')
        expect(gone.concat(machine.people.flatMap(({ factors }) => factors.map(({ id }) => id)))).not.toContain(
          body.id,
        );
      shows.id ||= body.id!;
      expect({ id: body.id, status: body.status, type: body.factorType, provider: body.provider }).toEqual({
        id: shows.id,
        status: shows.status,
        type: kinds[shows.kind][0],
        provider: kinds[shows.kind][1],
      });
    }
    const shown = body._embedded?.activation?.sharedSecret;
    expect(shown === undefined, 'a secret is shown to whom it was just made for').toBe(secret === undefined);
    if (secret) ledger.addSecret((secret.secret = shown!));
    const issued = body._embedded?.activation?.challenge ?? body._embedded?.challenge?.challenge;
    expect(issued === undefined, 'a challenge is shown to whom it was just made for').toBe(challenge === undefined);
    if (challenge) {
      ledger.addSecret(issued!);
      put(challenge.factor, { value: issued!, purpose: challenge.purpose, until: challenge.until, used: false }, true);
    }
    if (sends) {
      const [code = 'none'] = await emulator.codes(me.email);
      ledger.kept(code);
      ledger.assertNoSecret(body);
      put(sends.factor, { value: code, purpose: sends.purpose, until: sends.until, used: false }, sends.replaces);
    }
    if (push) {
      push.id = body._links!.poll!.href.split('/').at(-1)!;
      push.number = body._embedded?.challenge?.correctAnswer ?? null;
      expect(push.number !== null).toBe(push.matching);
      pushes.push(push);
    }
  }

  function put(factor: Factor, out: Factor['out'][number], replaces: boolean): void {
    if (replaces) for (const one of factor.out.filter(({ purpose }) => purpose === out.purpose)) one.until = -1;
    factor.out.push(out);
  }

  async function check(me: Person, what: string, expected: Expected, reply: Reply): Promise<void> {
    answers += 1;
    const body = (reply.body ?? {}) as Wire;
    const outcome = `${what}: ${body.errorCode ?? body.factorResult ?? body.status ?? reply.status}`;
    seen.set(outcome, (seen.get(outcome) ?? 0) + 1);
    const { status, code, result } = expected;
    assert.deepEqual(
      { status: reply.status, code: body.errorCode, result: body.factorResult },
      { status, code, result },
    );
    if (expected.status < 300) await learn(me, expected, body);
    else ledger.assertNoSecret(body);
  }

  function find(me: Person, { whose, n }: Pick, what: string): { id: string; own: Factor | undefined; named: Factor } {
    const other = machine.people.find((one) => one !== me)!;
    const fitting = me.factors.filter(meant[what]!);
    const among = whose === 'other' ? other.factors : whose === 'fitting' && fitting.length > 0 ? fitting : me.factors;
    const named = among.at(-1 - (n % (among.length || 1)));
    if (whose === 'gone' || whose === 'none' || !named)
      return {
        id: (whose === 'gone' && gone.at(-1 - (n % (gone.length || 1)))) || NOBODYS,
        own: undefined,
        named: blank('app'),
      };
    return { id: named.id, own: me.factors.includes(named) ? named : undefined, named };
  }

  async function execute(command: Exclude<Command, { do: 'clock' }>, me: Person): Promise<void> {
    const now = emulator.clock.now();
    const base = `/users/${me.email}`;
    switch (command.do) {
      case 'enroll': {
        const { kind, update, activate, seconds } = command;
        const mail = [undefined, me.second ?? undefined, machine.people.find((one) => one !== me)!.email, me.email][
          command.to
        ];
        const several = me.phones.filter(({ channel }) => channel === kind).length > 1;
        const to = kind === 'email' ? mail : (NUMBERS[command.to] ?? (several ? NUMBERS[0] : undefined));
        const ask = { to, update, activate, seconds, answer: `the answer ${answers}` };
        const [factorType, provider] = kinds[kind];
        const profile = {
          ...(kind === 'question' && { question: 'disliked_food', answer: ask.answer }),
          ...(to !== undefined && { [kind === 'email' ? 'email' : 'phoneNumber']: to }),
        };
        const reply = await emulator.call(
          'POST',
          `${base}/factors?updatePhone=${update}&activate=${activate}&tokenLifetimeSeconds=${seconds}`,
          { factorType, provider, profile },
        );
        if (kind === 'question') ledger.kept(ask.answer);
        return check(me, `enroll ${kind}`, machine.enroll(me, kind, ask, now), reply);
      }
      case 'activate':
      case 'verify': {
        const { id, own, named } = find(me, command.pick, command.do);
        const { body, given } = await createAnswer({
          factor: named,
          me,
          everybody: machine.people,
          purpose: command.do,
          sort: command.sort,
          script: command.script,
        });
        const path = command.do === 'activate' ? '/lifecycle/activate' : '/verify';
        const reply = await emulator.call('POST', `${base}/factors/${id}${path}`, body);
        const expected = machine[command.do](me, own, given, now);
        const once = given.code ?? given.challenge;
        if (
          own &&
          once !== undefined &&
          reply.status === 200 &&
          (reply.body as Wire).factorResult === (command.do === 'verify' ? 'SUCCESS' : undefined)
        ) {
          const step = own.kind === 'app' || own.kind === 'codes' ? own.acceptedStep : own.out.length;
          ledger.accept(`${id} ${once} ${step}`);
        }
        return check(me, `${command.do} ${named.kind}`, expected, reply);
      }
      case 'challenge': {
        const { id, own } = find(me, command.pick, command.do);
        const body = command.matching ? { useNumberMatchingChallenge: true } : {};
        const reply = await emulator.call(
          'POST',
          `${base}/factors/${id}/verify?tokenLifetimeSeconds=${command.seconds}`,
          body,
        );
        const seconds = own?.kind === 'email' ? command.seconds : 300;
        return check(
          me,
          command.do,
          machine.verify(me, own, { none: true, matching: command.matching, seconds }, now),
          reply,
        );
      }
      case 'resend': {
        const { id, own } = find(me, command.pick, command.do);
        return check(
          me,
          command.do,
          machine.resend(me, own, now),
          await emulator.call('POST', `${base}/factors/${id}/resend`),
        );
      }
      case 'poll': {
        const { id, own } = find(me, command.pick, command.do);
        return check(
          me,
          command.do,
          machine.poll(me, own, now),
          await emulator.call('POST', `${base}/factors/${id}/lifecycle/activate/poll`),
        );
      }
      case 'change': {
        const { id, own } = find(me, command.pick, command.do);
        const answer = `another answer ${answers}`;
        ledger.kept(answer);
        return check(
          me,
          command.do,
          machine.change(me, own, answer),
          await emulator.call('PUT', `${base}/factors/${id}`, { profile: { question: 'disliked_food', answer } }),
        );
      }
      case 'phone': {
        const waiting = me.factors
          .flatMap((one) => one.pushes)
          .findLast(({ status, until }) => status === 'WAITING' && now < until);
        const right = waiting?.number ?? 10;
        const number = { right, wrong: right === 99 ? 10 : right + 1, none: undefined }[command.number];
        const reply = await emulator.phone({ user: me.email, answer: command.answer, number });
        return expect(reply.status, 'what the phone was told').toBe(
          machine.phone(me, command.answer, number, now).status,
        );
      }
      case 'transaction': {
        const { id, own } = find(me, command.pick, command.do);
        const push = pushes[command.push % (pushes.length || 1)];
        const reply = await emulator.call(
          command.cancel ? 'DELETE' : 'GET',
          `${base}/factors/${id}/transactions/${push?.id ?? 'v2mst.none'}`,
        );
        return check(me, command.do, machine.transaction(me, own, push, command.cancel, now), reply);
      }
      case 'remove': {
        const { id, own } = find(me, command.pick, command.do);
        const reply = await emulator.call(
          'DELETE',
          `${base}/factors/${id}?removeRecoveryEnrollment=${command.recovery}`,
        );
        return check(me, command.do, machine.remove(me, own, command.recovery), reply);
      }
      case 'reset':
        return check(
          me,
          command.do,
          machine.reset(me, command.recovery),
          await emulator.call('POST', `${base}/lifecycle/reset_factors?removeRecoveryEnrollment=${command.recovery}`),
        );
      case 'unlock':
        return check(me, command.do, machine.unlock(me), await emulator.call('POST', `${base}/lifecycle/unlock`));
    }
  }

  if (emulator.engine === 'oie') for (const me of machine.people) await checkList(me);
  for (const command of commands) {
    if (command.do === 'clock') {
      emulator.clock.advance(command.seconds);
      continue;
    }
    const me = machine.people[command.who]!;
    const before = me.factors.map(({ id }) => id);
    await execute(command, me);
    await checkList(me);
    gone.push(...before.filter((id) => id !== '' && !me.factors.some((one) => one.id === id)));
  }
  for (const me of machine.people) {
    await checkList(me);
    const { body } = await emulator.call('GET', `/users/${me.email}`);
    expect((body as Wire).status).toBe(me.locked ? 'LOCKED_OUT' : 'ACTIVE');
    const counts = me.factors.some(({ status, automatic }) => status === 'ACTIVE' && !automatic) && !me.locked;
    expect((body as Wire)._links?.resetFactors !== undefined, 'the link that says that something counts').toBe(counts);
    expect(await emulator.codes(me.email), 'codes that were sent').toHaveLength(me.sent);
  }
}
