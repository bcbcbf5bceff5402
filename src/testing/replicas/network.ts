import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { freePort } from '../free-port.ts';

export type Network = {
  port: number;
  /** Ends all connections, and accepts new ones. */
  cut(): void;
  /** Forwards no data, but leaves all connections open. */
  silence(): void;
  /** Ends all connections, and refuses new ones. */
  refuse(): Promise<void>;
  /** Also forwards the data sent during `silence`. */
  restore(): Promise<void>;
  close(): Promise<void>;
};

export async function startNetwork(target: number): Promise<Network> {
  const pairs = new Set<readonly [Socket, Socket]>();
  let silent = false;

  function forward(socket: Socket): void {
    const onward = connect({ port: target, host: '127.0.0.1', allowHalfOpen: true, noDelay: true });
    const pair = [socket, onward] as const;
    pairs.add(pair);
    for (const [from, to] of [pair, [onward, socket] as const]) {
      from.on('data', (chunk) => void to.write(chunk));
      from.on('end', () => void to.end());
      from.on('error', () => to.destroy());
      from.on('close', () => {
        pairs.delete(pair);
        if (from.readableEnded) to.end();
        else to.destroy();
      });
      if (silent) from.pause();
    }
  }

  let server: Server;
  const port = await freePort();
  async function listen(): Promise<void> {
    server = createServer({ allowHalfOpen: true, noDelay: true }, forward);
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
  }
  const cut = () => {
    for (const pair of pairs) for (const socket of pair) socket.resetAndDestroy();
  };
  const refuse = async () => {
    const closed = server.listening ? new Promise((resolve) => server.close(resolve)) : null;
    cut();
    await closed;
  };

  await listen();
  return {
    port,
    cut,
    silence() {
      silent = true;
      for (const pair of pairs) for (const socket of pair) socket.pause();
    },
    refuse,
    async restore() {
      silent = false;
      for (const pair of pairs) for (const socket of pair) socket.resume();
      if (!server.listening) await listen();
    },
    close: refuse,
  };
}
