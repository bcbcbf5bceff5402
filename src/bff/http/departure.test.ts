import { once } from 'node:events';
import { request } from 'node:http';
import type { AddressInfo } from 'node:net';
import Fastify from 'fastify';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createDepartureSignal } from './departure.ts';

const app = Fastify();
let answering: PromiseWithResolvers<void>;
let arrived: PromiseWithResolvers<{ departure: AbortSignal; calls: string[]; closed: Promise<unknown> }>;
let address: { host: string; port: number };

beforeAll(async () => {
  app.get('/', async (_request, reply) => {
    const departure = createDepartureSignal(reply);
    const calls: string[] = [];
    const stopped = () => calls.push('stopped');
    departure.addEventListener('abort', () => calls.push('first'));
    departure.addEventListener('abort', stopped);
    departure.addEventListener('abort', () => calls.push('second'));
    departure.removeEventListener('abort', stopped);
    arrived.resolve({ departure, calls, closed: once(reply.raw, 'close') });
    await answering.promise;
    return 'done';
  });
  await app.listen({ port: 0, host: '127.0.0.1' });
  address = { host: '127.0.0.1', port: (app.server.address() as AddressInfo).port };
});
afterAll(() => app.close());

function ask() {
  answering = Promise.withResolvers();
  arrived = Promise.withResolvers();
  const asking = request(address);
  asking.on('error', () => {}).end();
  return asking;
}

it('createDepartureSignal › fires once for each listener that is left when the browser leaves before the answer', async () => {
  const asking = ask();
  const { departure, calls, closed } = await arrived.promise;
  expect([departure.aborted, calls]).toEqual([false, []]);
  asking.destroy();
  await closed;
  expect([departure.aborted, calls]).toEqual([true, ['first', 'second']]);
  answering.resolve();
});

it('createDepartureSignal › does not fire after the answer', async () => {
  const asking = ask();
  const { departure, calls, closed } = await arrived.promise;
  answering.resolve();
  const [answer] = (await once(asking, 'response')) as [NodeJS.ReadableStream];
  answer.resume();
  await closed;
  asking.destroy();
  expect([departure.aborted, calls]).toEqual([false, []]);
});
