import type { FastifyBaseLogger } from 'fastify';

type Child = Parameters<FastifyBaseLogger['child']>;

/** The logger of one request. Most requests log nothing, so the real one is created by the first line. */
class RequestLogger implements FastifyBaseLogger {
  readonly #parent: FastifyBaseLogger;
  readonly #bindings: Child[0];
  readonly #options: Child[1];
  #real: FastifyBaseLogger | null = null;

  constructor(parent: FastifyBaseLogger, bindings: Child[0], options: Child[1]) {
    this.#parent = parent;
    this.#bindings = bindings;
    this.#options = options;
  }

  get #logger(): FastifyBaseLogger {
    return (this.#real ??= this.#parent.child(this.#bindings, this.#options));
  }
  get level(): string {
    return this.#logger.level;
  }
  set level(level: string) {
    this.#logger.level = level;
  }

  child(...of: Child): FastifyBaseLogger {
    return this.#logger.child(...of);
  }
  fatal(...line: unknown[]): void {
    this.#logger.fatal(...(line as [object]));
  }
  error(...line: unknown[]): void {
    this.#logger.error(...(line as [object]));
  }
  warn(...line: unknown[]): void {
    this.#logger.warn(...(line as [object]));
  }
  info(...line: unknown[]): void {
    this.#logger.info(...(line as [object]));
  }
  debug(...line: unknown[]): void {
    this.#logger.debug(...(line as [object]));
  }
  trace(...line: unknown[]): void {
    this.#logger.trace(...(line as [object]));
  }
  silent(...line: unknown[]): void {
    this.#logger.silent(...(line as [object]));
  }
}

/** Fastify's `childLoggerFactory`. */
export const requestLogger = (parent: FastifyBaseLogger, bindings: Child[0], options: Child[1]): FastifyBaseLogger =>
  new RequestLogger(parent, bindings, options);
