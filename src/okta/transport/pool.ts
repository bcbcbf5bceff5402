import { buildConnector, Pool } from 'undici';
import type { Deadline, Limits } from './limits.ts';

/** One answer, whole. */
export type Exchange = {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  body: string;
  /** The body as it came; only when a picture was asked for. */
  bytes: Buffer | null;
};

export type Request = {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  path: string;
  headers: Record<string, string>;
  body: string | null;
  /** Keeps the answer's bytes, which text would spoil. */
  picture: boolean;
};

/** Where an exchange broke: before there was a connection, before the headers of the answer, or inside its body. */
export type Stage = 'connect' | 'headers' | 'body';

export class ExchangeFailed extends Error {
  override readonly name = 'ExchangeFailed';
  readonly stage: Stage;

  constructor(stage: Stage, cause: unknown) {
    super(`broken at ${stage}`, { cause });
    this.stage = stage;
  }
}

export type OrgPool = {
  /**
   * Sends once and reads the answer to its end. Never follows a redirect, never inflates, never sends twice.
   * @throws {ExchangeFailed}
   */
  exchange(request: Request, deadline: Deadline): Promise<Exchange>;
  /** Lets calls under way finish, then closes the connections. */
  close(): Promise<void>;
};

/** The connections to one org. */
export function openPool(origin: string, limits: Limits): OrgPool {
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
    // HTTP/2 streams that a server refuses may be sent again by the library; on HTTP/1.1 it never does.
    allowH2: false,
    // The deadline keeps these times; undici's own timers may be a second late.
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
    async exchange({ picture, ...request }, deadline) {
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
    close: () => pool.close(),
  };
}
