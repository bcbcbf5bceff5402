/**
 * `npm run bench -- capacity`: measures what docs/operate/capacity.md says, in a small size: three portals behind
 * HAProxy on one PostgreSQL, with the emulator and the load on the same machine. It prints figures, without limits.
 * `--seconds N` (5) is how long each lasts, `--people N` (80) how many are at it at once.
 */
import { availableParallelism } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { hasBalancers } from '#testing/replicas/balancer.ts';
import { startRig, type Rig } from '#testing/replicas/rig.ts';
import type { Visitor } from '#testing/visitor.ts';

/** How many begin a sign-in at once: each is a dozen requests. */
const SIGN_INS_AT_ONCE = 8;

type Figure = { what: string; found: string };

/** Lets everybody repeat their work until the time is over. Returns how long each took, in milliseconds. */
async function repeatedly(seconds: number, workers: readonly (() => Promise<void>)[]): Promise<number[]> {
  const took: number[] = [];
  const end = performance.now() + seconds * 1000;
  const worker = async (work: () => Promise<void>) => {
    while (performance.now() < end) {
      const begun = performance.now();
      await work();
      took.push(performance.now() - begun);
    }
  };
  await Promise.all(workers.map(worker));
  return took;
}

const p95 = (took: readonly number[]) => took.toSorted((a, b) => a - b)[Math.floor(took.length * 0.95)]!;

/** A busy machine refuses some: they begin again, as people do. */
async function signInAll(rig: Rig): Promise<{ visitors: Visitor[]; seconds: number }> {
  const left = [...rig.org.people];
  const visitors: Visitor[] = [];
  const begun = performance.now();
  const worker = async () => {
    for (let person = left.pop(); person; person = left.pop()) {
      const visitor = rig.visitor();
      for (let tries = 0; visitor.token() === undefined; tries += 1) {
        if (tries > 0) await pause(500);
        if (tries === 60) throw new Error(`${person.login} could not sign in`);
        await visitor.signIn(person.login).catch(() => null);
      }
      visitors.push(visitor);
    }
  };
  await Promise.all(Array.from({ length: SIGN_INS_AT_ONCE }, worker));
  return { visitors, seconds: (performance.now() - begun) / 1000 };
}

const rowsIn = async ({ store }: Rig) =>
  (await store.selectFrom('audit_log_head').select('seq').executeTakeFirstOrThrow()).seq;

/** Adds a security question, which takes nothing but a sign-in. Returns its id. */
async function addQuestion(visitor: Visitor): Promise<string> {
  const body = { kind: 'question', question: 'first_computer_game', answer: 'Green turnips' };
  const { status, body: added } = await visitor.call('enrollFactor', {}, { body });
  if (status !== 201) throw new Error(`a portal answered ${status} to a new question`);
  return (added as { factor: { id: string } }).factor.id;
}

function expectAnswer({ status }: { status: number }): void {
  if (status !== 200) throw new Error(`a portal answered ${status}`);
}

/** Measures everything once. Throws at the first answer that is not the right one. */
export async function measureCapacity(people: number, seconds: number): Promise<Figure[]> {
  if (!hasBalancers) throw new Error('HAProxy and nginx are not installed: apt-get install haproxy nginx-light');
  const rig = await startRig({ people, portals: 3 });
  try {
    const { visitors, seconds: signingIn } = await signInAll(rig);
    const ids = await Promise.all(visitors.map(addQuestion));
    const lists = await repeatedly(
      seconds,
      visitors.map((visitor) => async () => expectAnswer(await visitor.call('listFactors'))),
    );
    const before = await rowsIn(rig);
    let turn = 0;
    const changes = await repeatedly(
      seconds,
      visitors.map((visitor, at) => async () => {
        const body = { name: `On shelf ${(turn += 1)}` };
        expectAnswer(await visitor.call('nameFactor', { factorId: ids[at]! }, { body }));
      }),
    );
    const rows = (await rowsIn(rig)) - before;
    if (rows < changes.length) throw new Error(`${changes.length} changes were told, and ${rows} rows written`);
    const rate = (count: number) => `${(count / seconds).toFixed(0)} a second`;
    const memory = rig.replicas.map(({ program }) => Math.round(program.memory() / 1e6));
    return [
      { what: `factor lists, ${people} at once`, found: `${rate(lists.length)}, p95 ${p95(lists).toFixed(0)} ms` },
      {
        what: `audited changes, ${people} at once`,
        found: `${rate(changes.length)}, p95 ${p95(changes).toFixed(0)} ms`,
      },
      { what: `sign-ins, ${SIGN_INS_AT_ONCE} at once`, found: `${(people / signingIn).toFixed(1)} a second` },
      { what: 'memory of a portal', found: `${Math.min(...memory)} to ${Math.max(...memory)} MB` },
      { what: 'cores that all of it shared', found: String(availableParallelism()) },
    ];
  } finally {
    await rig.close();
  }
}

/** Reads the size from the command line, measures, and prints the figures. */
export async function printCapacity(): Promise<void> {
  const number = (usual: string) => ({ type: 'string', default: usual }) as const;
  const options = { people: number('80'), seconds: number('5') };
  const { values } = parseArgs({ options, allowPositionals: true });
  for (const { what, found } of await measureCapacity(Number(values.people), Number(values.seconds)))
    console.log(`${what.padEnd(32)} ${found}`);
}
