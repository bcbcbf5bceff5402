import { buildConnector, Pool } from 'undici';
import type { Deadline, Limits } from './limits.ts';

/** One whole answer. */
export type Exchange = {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  body: string;
  /** The raw body, for a picture only. */
  bytes: Buffer | null;
};

export type Request = {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  path: string;
  headers: Record<string, string>;
  body: string | null;
  /** Keeps the answer as bytes: decoding it as text would damage it. */
  picture: boolean;
};

/** Where an exchange broke: before the connection, before the answer's headers, or in its body. */
export type Stage = 'connect' | 'headers' | 'body';

export class ExchangeFailed extends Error {
  override readonly name = 'ExchangeFailed';
  readonly stage: Stage;

  constructor(stage: Stage, cause: unknown) {
    super(`broken at ${stage}`, { cause });
    this.stage = stage;
  }
}

/** The connections to one org. */
export function openPool(origin: string, limits: Limits) {
  const unconnected = new WeakSet<object>();
  const connect = buildConnector({
    timeout: limits.connectMs,
    allowH2: false,
    rejectUnauthorized: true,
    minVersion: 'TLSv1.2',
  });
  const pool = new Pool(origin, {
    connections: limits.connections,
    // One request at a time on a connection: a cut then belongs to one call, and undici has nothing to send again.
    pipelining: 1,
    // The library may resend HTTP/2 streams that a server refuses; on HTTP/1.1 it never resends.
    allowH2: false,
    // The deadline enforces these times; undici's own timers may be a second late.
    headersTimeout: 0,
    bodyTimeout: 0,
    maxResponseSize: limits.maxReplyBytes,
    connect: (options, callback) =>
      connect(options, (error, socket) => {
        if (error !== null) {
          unconnected.add(error);
          callback(error, null);
        } else callback(null, socket);
      }),
  });
  return {
    /**
     * Sends once and reads the whole answer. Never follows a redirect, decompresses or retries.
     * @throws {ExchangeFailed}
     */
    async exchange({ picture, ...request }: Request, deadline: Deadline): Promise<Exchange> {
      let stage: Stage = 'headers';
      const begun = deadline.answerWithin(limits.headersMs);
      try {
        const { statusCode, headers, body } = await pool.request({ ...request, signal: deadline.signal });
        begun();
        stage = 'body';
        const bytes = picture ? Buffer.from(await body.arrayBuffer()) : null;
        return { status: statusCode, headers, body: bytes === null ? await body.text() : bytes.toString(), bytes };
      } catch (error) {
        throw new ExchangeFailed(error instanceof Error && unconnected.has(error) ? 'connect' : stage, error);
      } finally {
        begun();
      }
    },
    /** Waits for running calls, then closes the connections. */
    close: () => pool.close(),
  };
}
