import { Server as NetServer, type Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { DEADLINE_MS } from './deadline.ts';

const LOOK_MS = 20;

export type DrainLimits = {
  /** How long a connection must be idle before it is closed, in ms. Its next request may be on its way. */
  quietMs: number;
  /** When unanswered requests are cut off, in ms after the start of the shutdown. */
  deadlineMs: number;
};

/** `deadlineMs` is a request's deadline plus the time to write the answer. */
export const drainLimits: DrainLimits = { quietMs: 1000, deadlineMs: DEADLINE_MS + 2000 };

export type Drain = {
  isEnding(): boolean;
  /** `/readyz` answers 503. The server still accepts connections, because the load balancer may not have noticed. */
  announce(): void;
};

/**
 * Open requests still get an answer before the deadline, with `connection: close`. New connections are accepted for
 * another `quietMs`, because a client reconnects after its connection is closed.
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
  // `ending` is read when the answer is sent, because the request may have arrived before the shutdown began.
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
        // `close` of `node:http` would also close connections that wait for their next request.
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
