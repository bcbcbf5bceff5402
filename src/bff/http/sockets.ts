import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';

/** Limits of connections. */
export type SocketLimits = {
  /** Milliseconds from the first byte to the end of the headers. */
  headersMs: number;
  /** Milliseconds from the first byte to the end of the body. */
  requestMs: number;
  /** How often the two limits above are checked, in milliseconds. */
  checkMs: number;
  /** Milliseconds without a byte in either direction until a connection is closed, even while a request runs. */
  idleMs: number;
  /** The most open connections; a further one is closed at once. */
  connections: number;
};

export const socketLimits: SocketLimits = {
  headersMs: 10_000,
  requestMs: 30_000,
  checkMs: 5_000,
  idleMs: 60_000,
  connections: 4_000,
};

/** Options for `http.createServer`. Node refuses headers of more than 16 KiB, names and values together. */
export const socketOptions = ({ headersMs, checkMs }: SocketLimits) => ({
  headersTimeout: headersMs,
  connectionsCheckingInterval: checkMs,
  maxHeaderSize: 16 * 1024,
  // Otherwise Node answers a request without Host itself, without the portal's headers.
  requireHostHeader: false,
});

/** The most unanswered requests of a connection: their answers wait in memory. No browser pipelines requests. */
const MOST_OPEN = 8;

export type OpenAnswers = ReturnType<typeof createOpenAnswers>;

/** Tracks the unfinished answers of each connection. */
export function createOpenAnswers() {
  const ofSocket = new WeakMap<Socket, Set<ServerResponse>>();

  return {
    /** Closes a connection that has too many unanswered requests. */
    limit(app: FastifyInstance): void {
      app.addHook('onRequest', (request, reply, done) => {
        const { socket } = request.raw;
        const open = ofSocket.get(socket) ?? new Set();
        ofSocket.set(socket, open);
        if (socket.destroyed || open.size >= MOST_OPEN) {
          reply.hijack();
          socket.destroy();
          return;
        }
        open.add(reply.raw);
        reply.raw.once('close', () => open.delete(reply.raw));
        done();
      });
    },

    /** Calls `then` when all requests that arrived completely are answered. */
    whenAnswered(socket: Socket, then: () => void): void {
      const last = [...(ofSocket.get(socket) ?? [])].findLast(({ req }) => req.complete);
      if (last) last.once('close', then);
      else then();
    },
  };
}
