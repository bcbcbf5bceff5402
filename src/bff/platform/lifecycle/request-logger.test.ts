import Fastify from 'fastify';
import pino from 'pino';
import { expect, it, vi } from 'vitest';
import { requestLogger } from './request-logger.ts';

it('requestLogger › gives each line the id of its request, and creates no logger for a request without lines', async () => {
  const lines: Record<string, unknown>[] = [];
  const logger = pino(
    { level: 'trace' },
    { write: (line: string) => void lines.push(JSON.parse(line) as Record<string, unknown>) },
  );
  const child = vi.spyOn(logger, 'child');
  let number = 0;
  const app = Fastify({
    loggerInstance: logger,
    childLoggerFactory: requestLogger,
    genReqId: () => `request ${(number += 1)}`,
  });
  app.get('/quiet', async () => 'x');
  app.get('/loud', async ({ log }) => {
    for (const level of ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const)
      log[level]({ of: level }, 'a %s', 'line');
    log.child({ more: 1 }).info('deeper');
    return log.level;
  });
  lines.length = 0;
  child.mockClear();
  await app.inject({ url: '/quiet', headers: { x: 'y' } });
  const quiet = lines.length;
  expect(lines.every(({ reqId }) => reqId === 'request 1')).toBe(true);
  const { body } = await app.inject('/loud');
  expect(body).toBe('trace');
  const ours = lines.slice(quiet).filter(({ of, more }) => of !== undefined || more !== undefined);
  expect(ours.map(({ level, reqId, msg }) => [level, reqId, msg])).toEqual([
    ...[10, 20, 30, 40, 50, 60].map((level) => [level, 'request 2', 'a line']),
    [30, 'request 2', 'deeper'],
  ]);
  await app.close();
});

it('requestLogger › asks the parent for a child at the first line only', () => {
  const parent = pino({ level: 'info' }, { write: () => {} });
  const child = vi.spyOn(parent, 'child');
  const quiet = requestLogger(parent, { reqId: 'a' }, {});
  expect(child).not.toHaveBeenCalled();
  quiet.info('one');
  quiet.info('two');
  expect(child).toHaveBeenCalledExactlyOnceWith({ reqId: 'a' }, {});
});
