import { expect } from 'vitest';
import { ADA, GRACE } from '../emulator.ts';
import { codeAt, createAnswers } from './answers.ts';
import type { Wire } from './called-factors.ts';
import type { Command } from './commands.ts';
import { createLedger } from './ledger.ts';
import { createMachine } from './machine.ts';
import { checkList, type Run, type Seen } from './model-run.ts';
import { execute } from './operations.ts';
import type { Target } from './target-emulator.ts';

const people = [
  [ADA, 'ada@home.example'],
  [GRACE, 'grace@home.example'],
] as const;

async function checkEnd(run: Run): Promise<void> {
  const { emulator, machine } = run;
  for (const me of machine.people) {
    await checkList(run, me);
    const { body } = await emulator.call('GET', `/users/${me.email}`);
    expect((body as Wire).status).toBe(me.locked ? 'LOCKED_OUT' : 'ACTIVE');
    const counts = me.factors.some(({ status, automatic }) => status === 'ACTIVE' && !automatic) && !me.locked;
    expect((body as Wire)._links?.resetFactors !== undefined, 'the link that says that something counts').toBe(counts);
    expect(await emulator.codes(me.email), 'codes that were sent').toHaveLength(me.sent);
  }
}

export async function runModel(emulator: Target, commands: readonly Command[], seen: Seen = new Map()): Promise<void> {
  await emulator.fresh();
  const machine = createMachine(emulator.engine, people, codeAt);
  const run: Run = {
    ...{ emulator, machine, seen, gone: [], pushes: [], answers: 0 },
    ledger: createLedger(),
    createAnswer: createAnswers(emulator),
  };
  if (emulator.engine === 'oie') for (const me of machine.people) await checkList(run, me);
  for (const command of commands) {
    if (command.do === 'clock') {
      emulator.clock.advance(command.seconds);
      continue;
    }
    const me = machine.people[command.who]!;
    const before = me.factors.map(({ id }) => id);
    await execute(run, command, me);
    await checkList(run, me);
    run.gone.push(...before.filter((id) => id !== '' && !me.factors.some((one) => one.id === id)));
  }
  await checkEnd(run);
}
