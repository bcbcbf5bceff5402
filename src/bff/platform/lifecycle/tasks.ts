import { sql, type RawBuilder, type Selectable } from 'kysely';
import { MINUTE_MS, type Clock } from '#clock';
import { claimNext } from '#database/row-locks.ts';
import type { Store } from '../store/open.ts';
import type { Tables } from '../store/schema.ts';
import { SKEW_MS } from '../store/store-time.ts';
import { upsert } from '../store/upsert.ts';

const LONGEST_WAIT_MS = 60 * MINUTE_MS;
/** In ms. Longer than the task's calls to Okta: after the claim has ended, another portal may run the task. */
const CLAIM_MS = 30_000;
const PARALLEL = 4;
/** Tasks of one kind in one run: about 100 a minute, which leaves most of Okta's rate limit to people. */
const AT_ONCE = 8;

/**
 * `cancel`: cancel enrollments after a freeze or reset. `revoke`: end Okta's sessions. `push`: read how a push ended.
 */
export type TaskKind = Tables['tasks']['kind'];
export type Task = Selectable<Tables['tasks']>;
/** `again`: the next try is in a minute. `failed`: the next try is in 1, 2, 4 … minutes, at most in an hour. */
export type TaskResult = 'done' | 'again' | 'failed';
/** Runs outside any transaction. May run twice for one task. */
export type TaskRunner = (task: Task) => Promise<TaskResult>;

/** Prefix of the ids of `cancel` tasks. The person's id follows. */
export const CANCEL = 'cancel ';
export const getCancellationId = (userId: RawBuilder<unknown>): RawBuilder<string> =>
  sql<string>`${CANCEL} || ${userId}`;

/** The task is due at once, and replaces an earlier task with the same id. */
export const addTask = (tx: Store, now: number, task: Pick<Task, 'id' | 'kind' | 'user_id' | 'details'>) =>
  upsert(tx, 'tasks', ['id'], { ...task, tries: 0, tried_at: 0, due_at: now });

const afterTry = (result: Exclude<TaskResult, 'done'>, { tries }: Pick<Task, 'tries'>, now: number) =>
  result === 'again'
    ? { due_at: now + MINUTE_MS }
    : {
        tries: tries + 1,
        tried_at: now,
        due_at: now + Math.min(LONGEST_WAIT_MS, MINUTE_MS * 2 ** Math.min(tries, 10)),
      };

/** For a request that did the task's work and failed. If the task was due, its next try is delayed. */
export async function recordFailedTry(store: Store, now: number, id: string): Promise<void> {
  const task = await store.selectFrom('tasks').select(['tries', 'due_at']).where('id', '=', id).executeTakeFirst();
  if (!task) return;
  const change = task.due_at <= now ? afterTry('failed', task, now) : { tried_at: now };
  await store.updateTable('tasks').set(change).where('id', '=', id).where('due_at', '=', task.due_at).execute();
}

/** Without `id`, runs the task that has been due longest. Returns whether there was a task. */
export async function runTask(
  { store, clock }: { store: Store; clock: Clock },
  kind: TaskKind,
  run: TaskRunner,
  id?: string,
): Promise<boolean> {
  const now = clock.now();
  const until = now + CLAIM_MS;
  // A time beyond the longest wait means that the clock was set back, so the task is due now.
  const isDue = sql`kind = ${kind} AND (due_at <= ${now} OR due_at > ${now + LONGEST_WAIT_MS + SKEW_MS})`;
  const due = id === undefined ? isDue : sql`id = ${id} AND ${isDue}`;
  const task = await claimNext<Task>(store, { table: 'tasks', column: 'due_at', due, until });
  if (!task) return false;
  const result = await run(task).catch(() => 'failed' as const);
  // The task may have been added again during the run, or another portal may have taken it.
  if (result === 'done')
    await store
      .deleteFrom('tasks')
      .where('id', '=', task.id)
      .where('due_at', '=', until)
      .where('details', '=', task.details)
      .execute();
  else {
    const change = afterTry(result, task, clock.now());
    await store.updateTable('tasks').set(change).where('id', '=', task.id).where('due_at', '=', until).execute();
  }
  return true;
}

/** Each kind runs on its own, so a slow kind does not delay the others. */
export function createTasks(parts: { store: Store; clock: Clock }, runners: Record<TaskKind, TaskRunner>) {
  const running = new Map<TaskKind, Promise<unknown>>();

  async function runKind(kind: TaskKind): Promise<void> {
    let left = AT_ONCE;
    const runOthers = async () => {
      while (left > 0) {
        left -= 1;
        if (!(await runTask(parts, kind, runners[kind]))) return;
      }
    };
    await Promise.all(Array.from({ length: PARALLEL }, runOthers));
  }

  return {
    /** Resolves when the tasks of this run have ended, and those of earlier runs. */
    async run(): Promise<void> {
      const kinds = Object.keys(runners) as TaskKind[];
      const runs = kinds.map((kind) => {
        const run = running.get(kind) ?? runKind(kind).finally(() => running.delete(kind));
        running.set(kind, run);
        return run;
      });
      await Promise.all(runs);
    },
  };
}
