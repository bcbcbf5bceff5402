import { randomInt } from 'node:crypto';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { createServer } from 'node:net';

/** Below what systems give to outgoing connections and to listeners on port 0, and no port that `fetch` refuses. */
const FIRST = 20_000;
const COUNT = 12_000;
/** How many ports a process keeps for itself: more than it starts or restarts at a time. */
const KEPT = 200;
let next = randomInt(COUNT);

/** One for all copies of this module in a process. */
const everywhere = globalThis as { keptPorts?: Socket[] };
const kept = (everywhere.keptPorts ??= []);

/** Binds a UDP socket to a port's number: no other process can, and it ends with this one. Null: another has it. */
async function keep(port: number): Promise<Socket | null> {
  const socket = createSocket('udp4');
  socket.bind(port, '127.0.0.1');
  try {
    await once(socket, 'listening');
  } catch {
    socket.close();
    return null;
  }
  return socket.unref();
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer().listen(port, '127.0.0.1');
  try {
    await once(server, 'listening');
  } catch {
    return false;
  }
  server.close();
  await once(server, 'close');
  return true;
}

/**
 * A port of loopback without a listener, each time another one. No other test gets it, and nothing takes it by chance,
 * until it is used or used again after a restart.
 */
export async function freePort(): Promise<number> {
  for (let tries = 0; tries < COUNT; tries++) {
    const port = FIRST + (next++ % COUNT);
    const socket = await keep(port);
    if (!socket) continue;
    if (await isFree(port)) {
      kept.push(socket);
      if (kept.length > KEPT) kept.shift()!.close();
      return port;
    }
    socket.close();
  }
  throw new Error(`no port from ${FIRST} to ${FIRST + COUNT - 1} is free`);
}
