import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect, createServer, type AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { freePort } from './free-port.ts';

test('is free, another one each time, and never one that a system gives by itself', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port: given } = server.address() as AddressInfo;
  const outgoing = connect(given, '127.0.0.1');
  await once(outgoing, 'connect');
  const ports = await Promise.all(Array.from({ length: 300 }, freePort));
  expect(new Set(ports)).toHaveLength(300);
  expect(Math.max(...ports)).toBeLessThan(Math.min(given, outgoing.localPort!));
  outgoing.destroy();
  server.close();
});

async function takeAfter(port: number, take: (port: number) => Promise<unknown>): Promise<number> {
  return take(port + 1).then(
    () => port + 1,
    () => takeAfter(port + 1, take),
  );
}
const soon = () => Promise.all(Array.from({ length: 50 }, freePort));

test('is none that has a listener', async () => {
  const server = createServer();
  onTestFinished(() => void server.close());
  const taken = await takeAfter(await freePort(), (port) => once(server.listen(port, '127.0.0.1'), 'listening'));
  expect(await soon()).not.toContain(taken);
});

test('is kept from other processes before it has a listener, and is none of theirs', async () => {
  const bind = async (port: number) => {
    const socket = createSocket('udp4');
    socket.bind(port, '127.0.0.1');
    await once(socket, 'listening');
    onTestFinished(() => void socket.close());
  };
  const port = await freePort();
  await expect(bind(port)).rejects.toMatchObject({ code: 'EADDRINUSE' });
  const theirs = await takeAfter(port, bind);
  expect(await soon()).not.toContain(theirs);
});
