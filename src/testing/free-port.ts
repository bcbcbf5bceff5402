import { randomInt } from 'node:crypto';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { createServer } from 'node:net';

/** The ports are below those that systems assign. `fetch` refuses none of them. */
const FIRST = 20_000;
const COUNT = 12_000;
/** More ports than a process uses at the same time. */
const KEPT = 200;
let next = randomInt(COUNT);

/** All copies of this module in a process share the reserved ports. */
const everywhere = globalThis as { keptPorts?: Socket[] };
const kept = (everywhere.keptPorts ??= []);

/** A UDP socket on the port's number reserves it for this process. Null if it is already reserved. */
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

/** No other test gets this port, so a test can stop its server and start it again on the same port. */
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
