import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';

export type SocketLimits = {
  /** From the first byte to the end of the headers. */
  headersMs: number;
  /** From the first byte to the end of the body. */
  requestMs: number;
  checkMs: number;
  /** Without a byte in either direction, even while a request runs. */
  idleMs: number;
  connections: number;
};

export const socketLimits: SocketLimits = {
  headersMs: 10_000,
  requestMs: 30_000,
  checkMs: 5_000,
  idleMs: 60_000,
  connections: 4_000,
};

export const socketOptions = ({ headersMs, checkMs }: SocketLimits) => ({
  headersTimeout: headersMs,
  connectionsCheckingInterval: checkMs,
  maxHeaderSize: 16 * 1024,
  // Otherwise Node itself would answer a request that has no Host, and its answer lacks the portal's headers.
  requireHostHeader: false,
});

/** The unanswered requests of one connection. Their answers wait in memory. No browser pipelines requests. */
const MOST_OPEN = 8;

export type OpenAnswers = ReturnType<typeof createOpenAnswers>;

export function createOpenAnswers() {
  const ofSocket = new WeakMap<Socket, Set<ServerResponse>>();

  return {
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

    /** Incomplete requests get no answer, so they are not waited for. */
    whenAnswered(socket: Socket, then: () => void): void {
      const last = [...(ofSocket.get(socket) ?? [])].findLast(({ req }) => req.complete);
      if (last) last.once('close', then);
      else then();
    },
  };
}
