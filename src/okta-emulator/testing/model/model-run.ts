import assert from 'node:assert/strict';
import { expect } from 'vitest';
import type { createAnswers } from './answers.ts';
import { meant, type Wire } from './called-factors.ts';
import type { Pick } from './commands.ts';
import type { createLedger } from './ledger.ts';
import { blank, kinds, type Expected, type Factor, type Machine, type Person, type Push } from './parts.ts';
import type { Reply, Target } from './target-emulator.ts';

const NOBODYS = 'uft00000000000000000';

export type Seen = Map<string, number>;

export type Run = {
  emulator: Target;
  machine: Machine;
  ledger: ReturnType<typeof createLedger>;
  createAnswer: ReturnType<typeof createAnswers>;
  seen: Seen;
  gone: string[];
  pushes: Push[];
  answers: number;
};

/** Also copies new ids to the model. */
export async function checkList({ emulator, ledger }: Run, me: Person): Promise<void> {
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

function put(factor: Factor, out: Factor['out'][number], replaces: boolean): void {
  if (replaces) for (const one of factor.out.filter(({ purpose }) => purpose === out.purpose)) one.until = -1;
  factor.out.push(out);
}

/** The emulator chooses ids, secrets and codes, so the model gets them from the answer. */
async function learn(run: Run, me: Person, expected: Expected, body: Wire): Promise<void> {
  const { emulator, machine, ledger } = run;
  const { shows, secret, challenge, sends, push } = expected;
  ledger.assertNoSecret(body);
  if (shows) {
    if (shows.id === '')
      expect(run.gone.concat(machine.people.flatMap(({ factors }) => factors.map(({ id }) => id)))).not.toContain(
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
    run.pushes.push(push);
  }
}

export async function check(run: Run, me: Person, what: string, expected: Expected, reply: Reply): Promise<void> {
  run.answers += 1;
  const body = (reply.body ?? {}) as Wire;
  const outcome = `${what}: ${body.errorCode ?? body.factorResult ?? body.status ?? reply.status}`;
  run.seen.set(outcome, (run.seen.get(outcome) ?? 0) + 1);
  const { status, code, result } = expected;
  assert.deepEqual({ status: reply.status, code: body.errorCode, result: body.factorResult }, { status, code, result });
  if (expected.status < 300) await learn(run, me, expected, body);
  else run.ledger.assertNoSecret(body);
}

/** `own`: the same factor if it belongs to the person. */
export function find(
  { machine, gone }: Run,
  me: Person,
  { whose, n }: Pick,
  what: string,
): { id: string; own: Factor | undefined; named: Factor } {
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
