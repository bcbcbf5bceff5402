import { sql, type RawBuilder, type Selectable } from 'kysely';
import type { Clock } from '#clock';
import { claimNext } from '#database/row-locks.ts';
import type { Store } from '../store/open.ts';
import type { Tables } from '../store/schema.ts';
import { SKEW_MS } from '../store/store-time.ts';
import { upsert } from '../store/upsert.ts';

const MINUTE_MS = 60_000;
const LONGEST_WAIT_MS = 60 * MINUTE_MS;
/**
 * How long a claim of a task lasts, in milliseconds. Longer than the task's calls to Okta. Afterwards another portal
 * may claim the task.
 */
const CLAIM_MS = 30_000;
/** How many tasks of one kind run at the same time. */
const PARALLEL = 4;
/**
 * How many tasks of one kind start in one run. That is about 100 a minute, and leaves most of Okta's rate limit to
 * people.
 */
const AT_ONCE = 8;

/**
 * `cancel`: cancel the enrollments that a freeze or reset ended. `revoke`: end Okta's sessions after a reset. `push`:
 * read how a push ended.
 */
export type TaskKind = Tables['tasks']['kind'];
export type Task = Selectable<Tables['tasks']>;
/**
 * `done`: the task is deleted. `again`: the next try is in a minute. `failed`: the next try is in 1, 2, 4 … minutes,
 * and never later than in an hour.
 */
export type TaskResult = 'done' | 'again' | 'failed';
/** Does a task's work, outside any transaction. The work may run twice. */
export type TaskRunner = (task: Task) => Promise<TaskResult>;

/** The beginning of the ids of `cancel` tasks; the person's id follows. */
export const CANCEL = 'cancel ';
/** SQL for the id of a person's task `cancel`. */
export const getCancellationId = (userId: RawBuilder<unknown>): RawBuilder<string> =>
  sql<string>`${CANCEL} || ${userId}`;

/** Adds a task that is due at once. Replaces an earlier task with the same id. */
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

/**
 * Records that a request tried a task's work and failed. If the task was due, this is counted as a try of the task, and
 * delays the task's next try.
 */
export async function recordFailedTry(store: Store, now: number, id: string): Promise<void> {
  const task = await store.selectFrom('tasks').select(['tries', 'due_at']).where('id', '=', id).executeTakeFirst();
  if (!task) return;
  const change = task.due_at <= now ? afterTry('failed', task, now) : { tried_at: now };
  await store.updateTable('tasks').set(change).where('id', '=', id).where('due_at', '=', task.due_at).execute();
}

/**
 * Claims and runs one due task of a kind: the one with this `id`, or the one that has been due longest. Returns whether
 * there was a task. Portals never claim the same task at the same time.
 */
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
  // Does not delete the task if it was added again during the run, or if another portal has taken it.
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

/** Creates the worker that runs due tasks. Each kind runs on its own, so a slow kind does not delay the others. */
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
    /**
     * Runs the due tasks, at most eight of each kind. Resolves when these tasks, and tasks that already run, have
     * ended.
     */
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
