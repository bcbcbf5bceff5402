import { once } from 'node:events';
import { connect, createServer, type AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { freePort } from './free-port.ts';

test('is free, another one each time, and never one that a system gives by itself', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port: given } = server.address() as AddressInfo;
  const outgoing = connect(given, '127.0.0.1');
  await once(outgoing, 'connect');
  const ports = await Promise.all(Array.from({ length: 50 }, freePort));
  expect(new Set(ports)).toHaveLength(50);
  expect(Math.max(...ports)).toBeLessThan(Math.min(given, outgoing.localPort!));
  outgoing.destroy();
  server.close();
});

test('passes over a taken one', async () => {
  const taken = createServer().listen((await freePort()) + 1, '127.0.0.1');
  await once(taken, 'listening');
  expect(await freePort()).not.toBe((taken.address() as AddressInfo).port);
  taken.close();
});
