import { Server as NetServer } from 'node:net';
import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';

const LOOK_MS = 20;

export type DrainLimits = {
  /** How long a kept connection must have been quiet before it is closed: a request may be on its way. */
  quietMs: number;
  /** What is not answered by then is cut. */
  deadlineMs: number;
};

/**
 * On closing, answers what is under way and what still arrives on open connections, each with `connection: close`, so
 * that no client finds its connection reset; takes no new connections; and waits until all have ended, or for the
 * deadline.
 * @returns whether it is ending
 */
export function drainOnClose(app: FastifyInstance, { quietMs, deadlineMs }: DrainLimits): () => boolean {
  const connections = new Map<Socket, { busy: number; since: number }>();
  let ending = false;

  app.server.on('connection', (socket: Socket) => {
    connections.set(socket, { busy: 0, since: performance.now() });
    socket.once('close', () => connections.delete(socket));
  });
  app.server.prependListener('request', ({ socket }, response) => {
    const connection = connections.get(socket);
    if (!connection) return;
    connection.busy += 1;
    response.once('close', () => {
      connection.busy -= 1;
      connection.since = performance.now();
    });
  });
  // Evaluated when the answer leaves, so that it holds for what was asked before the end began, too.
  app.addHook('onSend', async (_request, reply) => {
    if (ending) void reply.header('connection', 'close');
  });

  app.addHook('preClose', async () => {
    ending = true;
    if (!app.server.listening) return;
    const began = performance.now();
    // http's own `close` would cut connections that are between two requests.
    NetServer.prototype.close.call(app.server);
    await new Promise<void>((resolve) => {
      const look = setInterval(() => {
        const now = performance.now();
        for (const [socket, { busy, since }] of connections) {
          if (busy === 0 && now - Math.max(since, began) >= quietMs) socket.destroySoon();
        }
        const late = now - began >= deadlineMs;
        if (connections.size > 0 && !late) return;
        clearInterval(look);
        for (const socket of connections.keys()) socket.destroy();
        resolve();
      }, LOOK_MS);
    });
  });
  return () => ending;
}
