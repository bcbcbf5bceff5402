import pg from 'pg';
import type { PostgresPool, PostgresPoolClient } from 'kysely';
import { Client } from './connection.ts';
import { DatabaseGone, isReadOnly, isServersAnswer, isShuttingDown, getReason } from './errors.ts';
import type { PoolUsage } from './pool-usage.ts';
import { storable } from './text.ts';

/** In ms. `TRY_MS`: between attempts to reach a database that is gone. `TRY_LASTS_MS`: limit of one attempt. */
const TRY_MS = 250;
const TRY_LASTS_MS = 1000;

/** For the operator. */
export type DatabaseWarning = (
  what:
    | 'a connection to the database ended'
    | 'the database is gone'
    | 'the database is back'
    | 'the pooler sets no time limits',
  reason?: string,
) => void;

type GuardedPoolOptions = {
  /** `query_timeout` is longer than the server's limit of a statement. */
  settings: pg.PoolConfig;
  warn: DatabaseWarning;
  /** Whether the running work is a change. Changes get at most three quarters of the connections. */
  isChange?: () => boolean;
};

/** Removes the parts in which PostgreSQL repeats values of rows: errors are logged, and values may be personal. */
function withoutValues(error: unknown): void {
  if (error instanceof pg.DatabaseError) Object.assign(error, { detail: undefined, where: undefined });
}

class GuardedClient extends Client {
  /** The connection failed and its state is unknown, so no statement may use it. */
  broken = false;
  /** Set when a statement timed out on this side only. Resolves when the server has ended the statement. */
  given?: Promise<void>;
  onFailure: (error: unknown) => void = () => {};

  override query(...args: unknown[]): never {
    if (this.broken) return Promise.reject(new DatabaseGone('the connection failed before')) as never;
    const [text, values, ...rest] = args;
    const given = Array.isArray(values) ? [text, values.map(storable), ...rest] : args;
    const result = super.query(...(given as [string])) as unknown;
    if (result instanceof Promise)
      result.catch((error: unknown) => {
        withoutValues(error);
        this.onFailure(error);
      });
    return result as never;
  }
}

type PooledClient = pg.PoolClient & GuardedClient;

/** False if the server only refused a statement. */
const isFailure = (error: unknown) => !isServersAnswer(error) || isShuttingDown(error);
const isTimeout = (error: unknown) => getReason(error).startsWith('Query read timeout');
/** The wait for a free connection timed out. The server itself may be fine. */
const isQueueing = (error: unknown) => getReason(error).startsWith('timeout exceeded');

/**
 * While the database is gone, every statement fails at once, so that requests need not wait. `settings.max` includes
 * the connection that checks the database. A connection whose statement timed out counts until the server ends the
 * statement. Otherwise the process would open more and more connections to a primary that waits for a dead standby.
 */
export class GuardedPool implements PostgresPool {
  readonly Client = pg.Client as never;
  readonly options: pg.PoolConfig;
  readonly #warn: GuardedPoolOptions['warn'];
  readonly #isChange: () => boolean;
  /** How many more changes may take a connection now. */
  #changesLeft: number;
  readonly #waitingChanges: (() => void)[] = [];
  #pool: pg.Pool;
  readonly #inUse = new Set<PooledClient>();
  /** The `reject` function of each caller that waits for a connection. */
  readonly #waiting = new Set<(error: unknown) => void>();
  #isGone = false;
  #isEnded = false;
  #isSuspected = false;
  #timer: NodeJS.Timeout | undefined;

  constructor({ settings, warn, isChange = () => false }: GuardedPoolOptions) {
    this.options = { ...settings, max: Math.max(1, (settings.max ?? 1) - 1) };
    this.#warn = warn;
    this.#isChange = isChange;
    this.#changesLeft = Math.max(1, Math.floor((this.options.max! * 3) / 4));
    this.#pool = this.#open();
  }

  #open(): pg.Pool {
    const pool = new pg.Pool({ ...this.options, Client: GuardedClient });
    // Without a listener, the process would exit when an idle connection breaks.
    pool.on('error', (error) => {
      if (this.#isGone || pool !== this.#pool) return;
      this.#warn('a connection to the database ended', error.message);
      this.#suspect();
    });
    return pool;
  }

  usage(): PoolUsage {
    const { totalCount: open, idleCount: idle, waitingCount: waiting } = this.#pool;
    return { open, idle, waiting: waiting + this.#waitingChanges.length };
  }

  async connect(): Promise<PostgresPoolClient> {
    if (this.#isGone) throw new DatabaseGone();
    const leave = this.#isChange() ? await this.#admitChange() : () => {};
    let client: PooledClient;
    try {
      client = await this.#take();
    } catch (error) {
      leave();
      if (!isFailure(error) || isQueueing(error) || error instanceof DatabaseGone) throw error;
      this.#leave(error);
      throw new DatabaseGone(getReason(error), { cause: error });
    }
    const { release } = client;
    client.onFailure = (error) => this.#note(client, error);
    client.release = (destroy) => {
      const end = () => {
        this.#inUse.delete(client);
        release.call(client, destroy === true || client.broken);
        leave();
      };
      if (client.given) void client.given.then(end);
      else end();
    };
    this.#inUse.add(client);
    return client as never;
  }

  /** Returns the function that lets the next change in. */
  async #admitChange(): Promise<() => void> {
    if (this.#changesLeft > 0) this.#changesLeft -= 1;
    else
      await new Promise<void>((resolve, reject) => {
        const enter = () => {
          clearTimeout(timer);
          this.#waiting.delete(refuse);
          resolve();
        };
        const refuse = (error: unknown) => {
          clearTimeout(timer);
          this.#waiting.delete(refuse);
          this.#waitingChanges.splice(this.#waitingChanges.indexOf(enter), 1);
          reject(error);
        };
        const late = () => refuse(new Error('timeout exceeded when trying to connect'));
        const timer = setTimeout(late, this.options.connectionTimeoutMillis);
        this.#waiting.add(refuse);
        this.#waitingChanges.push(enter);
      });
    return () => {
      const next = this.#waitingChanges.shift();
      if (next) next();
      else this.#changesLeft += 1;
    };
  }

  /** Rejects as soon as the database is gone. */
  #take(): Promise<PooledClient> {
    return new Promise((resolve, reject) => {
      this.#waiting.add(reject);
      this.#pool.connect((error, client) => {
        const isAwaited = this.#waiting.delete(reject);
        if (!client) reject(error ?? new DatabaseGone());
        else if (isAwaited) resolve(client as PooledClient);
        else client.release(true);
      });
    });
  }

  #note(client: PooledClient, error: unknown): void {
    // After a failover, only a new connection reaches the new primary.
    if (isReadOnly(error)) client.broken = true;
    if (!isFailure(error)) return;
    client.broken = true;
    // Before this timeout, the server ends every slow statement except one that waits for a standby.
    if (isTimeout(error)) client.given = new Promise((resolve) => client.once('drain', resolve).once('end', resolve));
    this.#suspect();
  }

  /** Checks the database after one connection failed: the other connections may still work. */
  #suspect(): void {
    if (this.#isGone || this.#isEnded || this.#isSuspected) return;
    this.#isSuspected = true;
    void this.#try()
      .catch((error: unknown) => this.#leave(error))
      .finally(() => (this.#isSuspected = false));
  }

  async #try(): Promise<void> {
    const client = new Client({
      ...this.options,
      connectionTimeoutMillis: TRY_LASTS_MS,
      query_timeout: TRY_LASTS_MS,
    });
    try {
      await client.connect();
      await client.query('SELECT 1');
    } finally {
      void client.end().catch(() => {});
    }
  }

  #leave(error: unknown): void {
    if (this.#isGone || this.#isEnded) return;
    this.#isGone = true;
    this.#warn('the database is gone', getReason(error));
    for (const reject of this.#waiting) reject(new DatabaseGone());
    this.#waiting.clear();
    void this.#pool.end().catch(() => {});
    for (const client of this.#inUse) {
      client.broken = true;
      // Ends the client's running statement, which may never get an answer.
      void client.end().catch(() => {});
    }
    this.#schedule();
  }

  #schedule(): void {
    const again = () =>
      void this.#try().then(
        () => this.#return(),
        () => this.#schedule(),
      );
    if (!this.#isEnded) this.#timer = setTimeout(again, TRY_MS).unref();
  }

  #return(): void {
    if (this.#isEnded) return;
    this.#pool = this.#open();
    this.#isGone = false;
    this.#warn('the database is back');
  }

  async end(): Promise<void> {
    this.#isEnded = true;
    clearTimeout(this.#timer);
    for (const client of this.#inUse) if (client.given) void client.end().catch(() => {});
    if (!this.#isGone) await this.#pool.end();
  }
}
