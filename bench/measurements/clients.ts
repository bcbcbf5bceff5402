import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { record } from './cpu.ts';
import type { Program, Sandbox } from '../processes.ts';
import { startClient, startStub, type RunningEmulator } from '../servers.ts';
import { median, formatValue, type Row } from '../table.ts';

const MEGA = 1e6;
const FIRST_CALLS = 10;

/** Milliseconds of CPU per call. */
async function cost(program: Program, count: number): Promise<number> {
  const before = await program.usage();
  const answer = await fetch(`${program.url}/run?count=${count}`);
  if (!answer.ok) throw new Error(await answer.text());
  return ((await program.usage()).cpuMs - before.cpuMs) / count;
}

/** Our Okta client compared with Okta's SDK: CPU for a list of factors, and memory before any load. */
export async function clientRows(
  sandbox: Sandbox,
  emulator: RunningEmulator,
  { runs, requests }: { runs: number; requests: number },
): Promise<Row[]> {
  const recorded = await record(emulator);
  const answersFile = join(sandbox.folder(), 'answers.json');
  writeFileSync(answersFile, JSON.stringify(recorded));
  const stub = await startStub(sandbox, answersFile);
  const ours = await startClient(sandbox, stub, recorded.userId, 'ours');
  const sdk = await startClient(sandbox, stub, recorded.userId, 'sdk');
  // Before any load, because under load both fill the same young generation.
  for (const one of [ours, sdk]) await cost(one, FIRST_CALLS);
  const [mine, theirs] = [(await ours.usage()).residentBytes / MEGA, (await sdk.usage()).residentBytes / MEGA];
  for (const one of [ours, sdk]) await cost(one, requests);
  const found: Record<'ours' | 'sdk', number[]> = { ours: [], sdk: [] };
  for (let run = 0; run < runs; run++) {
    found.ours.push(await cost(ours, requests));
    found.sdk.push(await cost(sdk, requests));
  }
  await Promise.all([ours.end(), sdk.end(), stub.end()]);
  return [
    {
      what: 'CPU a call to the org ÷ Okta’s SDK',
      unit: '×',
      values: found.ours.map((value, run) => value / found.sdk[run]!),
      goal: 0.5,
      limit: 0.8,
      beside: `${median(found.ours).toFixed(3)} ms ÷ ${median(found.sdk).toFixed(3)} ms`,
    },
    {
      what: 'memory with the client ÷ with Okta’s SDK',
      unit: '×',
      values: [mine / theirs],
      goal: 0.7,
      limit: 1,
      beside: `${formatValue(mine, 'MB')} ÷ ${formatValue(theirs, 'MB')}`,
    },
  ];
}
