import { errors, Pool, type Dispatcher } from 'undici';
import type { Deadline, Limits } from './limits.ts';

export type Exchange = {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  body: string;
  /** Null unless the answer is a picture. */
  bytes: Buffer | null;
};

export type Request = {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  path: string;
  headers: Record<string, string>;
  body: string | null;
  /** Keeps the answer as bytes, because decoding a picture as text would damage it. */
  picture: boolean;
};

/** Where an exchange failed: before a connection, before the answer's headers, or in the body. */
export type Stage = 'connect' | 'headers' | 'body';

export class ExchangeFailed extends Error {
  override readonly name = 'ExchangeFailed';
  readonly stage: Stage;

  constructor(stage: Stage, cause: unknown) {
    super(`broken at ${stage}`, { cause });
    this.stage = stage;
  }
}

/** The length of a byte-order mark. JSON may begin with it, but `JSON.parse` refuses it. */
const BOM_BYTES = 3;

/** Uses undici's callbacks, because streams and events would cost as much time as the rest of the call. */
class AnswerReader implements Dispatcher.DispatchHandler {
  readonly #deadline: Deadline;
  readonly #picture: boolean;
  readonly #resolve: (exchange: Exchange) => void;
  readonly #reject: (error: ExchangeFailed) => void;
  #controller: Dispatcher.DispatchController | null = null;
  #stage: Stage = 'connect';
  #givenUp = false;
  #status = 0;
  #headers: Exchange['headers'] = {};
  readonly #chunks: Buffer[] = [];

  constructor(
    deadline: Deadline,
    picture: boolean,
    resolve: (exchange: Exchange) => void,
    reject: (error: ExchangeFailed) => void,
  ) {
    this.#deadline = deadline;
    this.#picture = picture;
    this.#resolve = resolve;
    this.#reject = reject;
  }

  /** If the exchange still waits for a connection, it will never be sent. */
  giveUp(): void {
    const reason = new errors.RequestAbortedError();
    this.#givenUp = true;
    if (this.#controller === null) this.#reject(new ExchangeFailed('connect', reason));
    else this.#controller.abort(reason);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    // Throwing keeps the connection. Aborting would close it.
    if (this.#givenUp) throw new errors.RequestAbortedError();
    this.#controller = controller;
    this.#stage = 'headers';
  }

  onResponseStart(_controller: Dispatcher.DispatchController, status: number, headers: Exchange['headers']): void {
    if (status < 200) return;
    this.#deadline.stopWaiting();
    this.#stage = 'body';
    this.#status = status;
    this.#headers = headers;
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#chunks.push(chunk);
  }

  onResponseEnd(): void {
    const chunks = this.#chunks;
    const bytes = chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks);
    const start = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? BOM_BYTES : 0;
    this.#resolve({
      status: this.#status,
      headers: this.#headers,
      body: bytes.toString('utf8', start),
      bytes: this.#picture ? bytes : null,
    });
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.#deadline.stopWaiting();
    this.#reject(new ExchangeFailed(this.#stage, error));
  }
}

export function openPool(origin: string, limits: Limits) {
  const pool = new Pool(origin, {
    connections: limits.connections,
    // One request at a time, so that a broken connection affects one call only.
    pipelining: 1,
    // undici may resend HTTP/2 streams that a server refuses. It never resends on HTTP/1.1.
    allowH2: false,
    // The deadline enforces these limits, because undici's own timers may be a second late.
    headersTimeout: 0,
    bodyTimeout: 0,
    maxResponseSize: limits.maxReplyBytes,
    connect: { timeout: limits.connectMs, rejectUnauthorized: true, minVersion: 'TLSv1.2' },
  });
  return {
    /** Never follows redirects, decompresses or retries. Throws ExchangeFailed. */
    exchange: ({ picture, ...request }: Request, deadline: Deadline): Promise<Exchange> =>
      new Promise((resolve, reject) => {
        const reader = new AnswerReader(deadline, picture, resolve, reject);
        deadline.begin(limits.headersMs, () => reader.giveUp());
        if (deadline.ended() === null) pool.dispatch(request, reader);
        else reader.giveUp();
      }),
    /** Waits for running calls. */
    close: () => pool.close(),
  };
}
