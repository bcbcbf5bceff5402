import { Server as NetServer, type Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { DEADLINE_MS } from './deadline.ts';

const LOOK_MS = 20;

export type DrainLimits = {
  /** How long a kept connection must be idle before it is closed, in milliseconds: a request may be on its way. */
  quietMs: number;
  /** When unanswered requests are cut off, in milliseconds. */
  deadlineMs: number;
};

/** The deadline: as long as a request may take, plus the time to write its answer. */
export const drainLimits: DrainLimits = { quietMs: 1000, deadlineMs: DEADLINE_MS + 2000 };

export type Drain = {
  isEnding(): boolean;
  /**
   * Begins the end: `/readyz` says so, and answers close their connections. New ones are still accepted, until the app
   * closes: a load balancer does not know yet.
   */
  announce(): void;
};

/**
 * On closing, answers requests under way and those that still arrive on open connections with `connection: close`, so
 * that no client sees a reset. Waits until all have ended, or for the deadline. New connections are accepted until the
 * kept ones are quiet: a client whose connection was closed comes back at once.
 */
export function drainOnClose(app: FastifyInstance, { quietMs, deadlineMs }: DrainLimits): Drain {
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
  // Evaluated when the answer is sent, so that it also applies to requests from before the end began.
  app.addHook('onSend', (_request, reply, _payload, done) => {
    if (ending) void reply.header('connection', 'close');
    done();
  });

  app.addHook('preClose', async () => {
    ending = true;
    if (!app.server.listening) return;
    const began = performance.now();
    await new Promise<void>((resolve) => {
      let listening = true;
      const timer = setInterval(look, LOOK_MS);
      const stopListening = () => {
        listening = false;
        // http's own `close` would cut connections that are between two requests.
        NetServer.prototype.close.call(app.server, () => {
          clearInterval(timer);
          resolve();
        });
      };
      function look() {
        const now = performance.now();
        const isLate = now - began >= deadlineMs;
        for (const [socket, { busy, since }] of connections) {
          if (isLate) socket.destroy();
          else if (busy === 0 && now - Math.max(since, began) >= quietMs) socket.destroySoon();
        }
        if (listening && (connections.size === 0 || now - began >= quietMs)) stopListening();
      }
      look();
    });
  });
  return { isEnding: () => ending, announce: () => void (ending = true) };
}
