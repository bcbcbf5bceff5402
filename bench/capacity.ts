/**
 * `npm run bench -- capacity`: prints the figures of docs/operate/capacity.md in a small size. `--seconds N` (5): the
 * duration of each. `--people N` (80): how many act at the same time.
 */
import { availableParallelism } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { hasBalancers } from '#testing/replicas/balancer.ts';
import { startRig, type Rig } from '#testing/replicas/rig.ts';
import type { Visitor } from '#testing/visitor.ts';

/** A sign-in makes a dozen requests, so few people begin at the same time. */
const BEGIN_AT_ONCE = 8;

type Figure = { what: string; found: string };

/** Returns milliseconds. `refused`: a portal answers 503 above what the machine serves. */
async function repeatedly(seconds: number, workers: readonly (() => Promise<{ status: number }>)[]) {
  const took: number[] = [];
  let refused = 0;
  const end = performance.now() + seconds * 1000;
  const worker = async (work: () => Promise<{ status: number }>) => {
    while (performance.now() < end) {
      const begun = performance.now();
      const { status } = await work();
      if (status === 200) took.push(performance.now() - begun);
      else if (status === 503) refused += 1;
      else throw new Error(`a portal answered ${status}`);
    }
  };
  await Promise.all(workers.map(worker));
  return { took, refused };
}

const p95 = (took: readonly number[]) => took.toSorted((a, b) => a - b)[Math.floor(took.length * 0.95)] ?? 0;

async function until<T>(what: string, attempt: () => Promise<T | undefined>): Promise<T> {
  let last: unknown;
  for (let tries = 0; tries < 60; tries += 1) {
    if (tries > 0) await pause(500);
    const result = await attempt().catch((error: unknown) => void (last = error));
    if (result !== undefined) return result;
  }
  throw new Error(`${what} never worked`, { cause: last });
}

async function fewAtOnce<T, R>(all: readonly T[], one: (item: T) => Promise<R>) {
  const left = [...all];
  const results: R[] = [];
  const begun = performance.now();
  const worker = async () => {
    for (let item = left.pop(); item !== undefined; item = left.pop()) results.push(await one(item));
  };
  await Promise.all(Array.from({ length: BEGIN_AT_ONCE }, worker));
  return { results, seconds: (performance.now() - begun) / 1000 };
}

const signIn = (rig: Rig, login: string): Promise<Visitor> => {
  const visitor = rig.visitor();
  return until(`the sign-in of ${login}`, async () => {
    const { status } = await visitor.signIn(login);
    if (visitor.token() !== undefined) return visitor;
    throw new Error(`a portal answered ${status}`);
  });
};

const rowsIn = async ({ store }: Rig) =>
  (await store.selectFrom('audit_log_head').select('seq').executeTakeFirstOrThrow()).seq;

/** A security question needs only a sign-in. */
async function addQuestion(visitor: Visitor): Promise<{ visitor: Visitor; factorId: string }> {
  const body = { kind: 'question', question: 'first_computer_game', answer: 'Green turnips' };
  const factorId = await until('a new question', async () => {
    await visitor.call('enrollFactor', {}, { body });
    // A question that was refused may have been added.
    const { body: list } = await visitor.call('listFactors');
    return (list as { factors?: { id: string }[] }).factors?.[0]?.id;
  });
  return { visitor, factorId };
}

/** Throws at the first answer that is neither right nor a refusal. */
export async function measureCapacity(people: number, seconds: number): Promise<Figure[]> {
  if (!hasBalancers) throw new Error('HAProxy and nginx are not installed: apt-get install haproxy nginx-light');
  const rig = await startRig({ people, portals: 3 });
  try {
    const { results: visitors, seconds: signingIn } = await fewAtOnce(rig.org.people, ({ login }) =>
      signIn(rig, login),
    );
    const { results: owners } = await fewAtOnce(visitors, addQuestion);
    const lists = await repeatedly(
      seconds,
      visitors.map((visitor) => () => visitor.call('listFactors')),
    );
    const before = await rowsIn(rig);
    let turn = 0;
    const changes = await repeatedly(
      seconds,
      owners.map(({ visitor, factorId }) => () => {
        const body = { name: `On shelf ${(turn += 1)}` };
        return visitor.call('nameFactor', { factorId }, { body });
      }),
    );
    const rows = (await rowsIn(rig)) - before;
    const { length: told } = changes.took;
    if (rows < told) throw new Error(`${told} changes were told, and ${rows} rows written`);
    const rate = ({ took, refused }: Awaited<ReturnType<typeof repeatedly>>) =>
      `${(took.length / seconds).toFixed(0)} a second, p95 ${p95(took).toFixed(0)} ms, ${refused} refused`;
    const memory = rig.replicas.map(({ program }) => Math.round(program.memory() / 1e6));
    return [
      { what: `factor lists, ${people} at once`, found: rate(lists) },
      { what: `audited changes, ${people} at once`, found: rate(changes) },
      { what: `sign-ins, ${BEGIN_AT_ONCE} at once`, found: `${(people / signingIn).toFixed(1)} a second` },
      { what: 'memory of a portal', found: `${Math.min(...memory)} to ${Math.max(...memory)} MB` },
      { what: 'cores that all of it shared', found: String(availableParallelism()) },
    ];
  } finally {
    await rig.close();
  }
}

export async function printCapacity(): Promise<void> {
  const number = (usual: string) => ({ type: 'string', default: usual }) as const;
  const options = { people: number('80'), seconds: number('5') };
  const { values } = parseArgs({ options, allowPositionals: true });
  for (const { what, found } of await measureCapacity(Number(values.people), Number(values.seconds)))
    console.log(`${what.padEnd(32)} ${found}`);
}
