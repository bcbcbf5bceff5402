import { randomInt } from 'node:crypto';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { createServer } from 'node:net';

/** The first port. All ports are below those that systems assign, and none is on the list that `fetch` refuses. */
const FIRST = 20_000;
const COUNT = 12_000;
/** How many ports a process keeps reserved: more than its servers use at the same time. */
const KEPT = 200;
let next = randomInt(COUNT);

/** The reserved ports, shared by all copies of this module in a process. */
const everywhere = globalThis as { keptPorts?: Socket[] };
const kept = (everywhere.keptPorts ??= []);

/** Reserves a port for this process: binds a UDP socket to its number. Returns null if the port is already reserved. */
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
 * Returns a free port on loopback, a different port at each call. No other test gets this port, so a test can stop its
 * server and start it again on the same port.
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
