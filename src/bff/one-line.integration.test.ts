import { changeStore } from './platform/store/change-store.ts';
import { freeText } from '#contract/audit-log/audit-reasons.ts';
import { connect } from 'node:net';
import pino from 'pino';
import { beforeEach, expect, it } from 'vitest';
import { ANNIE, GRACE, testEnv, type Portal } from '#testing/test-env.ts';

const env = await testEnv();
let portal: Portal;
let written: string[];
beforeEach(async () => {
  written = [];
  portal = await env.fresh({
    logger: pino({ level: 'debug' }, { write: (line: string) => void written.push(line) }),
  });
});

/** Characters that break a line, a terminal, or JSON. */
const hostile =
  'a\r\n{"alarm":"forged","level":60}\n\u001b[2J\u001b]0;title\u0007 "\\" \u2028\u2029\u0000\u0085 \ud800 é';
const onWire = [...hostile].filter((character) => !'\r\n\0'.includes(character) && character <= '\u00ff').join('');

/** Each write must be one whole line of JSON, without a raw control character. */
function assertLines(least: number): Record<string, unknown>[] {
  expect(written.length).toBeGreaterThanOrEqual(least);
  return written.map((chunk) => {
    expect(chunk.endsWith('\n')).toBe(true);
    const line = chunk.slice(0, -1);
    expect([...line].filter((character) => character < ' ' || character === '\u007f')).toEqual([]);
    return JSON.parse(line) as Record<string, unknown>;
  });
}

function send(bytes: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const socket = connect(Number(new URL(portal.base).port), '127.0.0.1', () =>
      socket.write(Buffer.from(bytes, 'latin1')),
    );
    let received = '';
    socket.on('data', (chunk) => {
      received += String(chunk);
      const [, status] = /^HTTP\/1\.1 (\d+)/.exec(received) ?? [];
      if (status) {
        socket.destroy();
        resolve(Number(status));
      }
    });
    socket.on('error', reject);
  });
}

it('[L3] an event is one line of valid JSON, whatever the org, an error or a caller contains', async () => {
  const grace = await portal.signedIn(GRACE);
  await env.fault({
    match: 'GET /api/v1/users/*/factors',
    times: 4,
    status: 500,
    headers: { 'x-okta-request-id': 'x"y' },
    body: { errorCode: hostile, errorSummary: hostile, errorCauses: [{ errorSummary: hostile }] },
  });
  expect((await grace.call('listFactors')).status).toBe(502);
  const { log } = portal.app.fastify;
  log.error(
    { err: Object.assign(new Error(hostile), { stack: `${hostile}\n  at ${hostile}` }), [hostile]: hostile },
    hostile,
  );
  log.warn({ agent: 'x'.repeat(1_000_000) + hostile }, hostile);
  const alarm = { name: 'break_glass', subject: hostile, details: { [hostile]: hostile } } as const;
  await changeStore(portal.store, (tx) => portal.app.services.alarms.raise(tx, alarm));
  const lines = assertLines(4);
  expect(lines.filter(({ alarm }) => alarm === 'forged')).toEqual([]);
  expect(lines.filter(({ alarm }) => alarm === 'break_glass')).toEqual([expect.objectContaining({ subject: hostile })]);
});

it('[L3] headers with control characters, quotes and a megabyte give whole lines and rows', async () => {
  const head = (more: string) =>
    `POST /api/factors HTTP/1.1\r\nHost: ${new URL(portal.base).host}\r\nContent-Length: 0\r\n${more}\r\n\r\n`;
  expect(await send(head(`User-Agent: ${'a'.repeat(1_000_000)}`))).toBe(431);
  expect([400, 403]).toContain(await send(head(`User-Agent: ${onWire}`)));
  expect(await send(head('User-Agent: "a\\u000a\\" %0d%0a{} \u00e9\u0085'))).toBe(403);
  expect(await send(`GET /%0d%0a%1b[2J"{} HTTP/1.1\r\nHost: ${new URL(portal.base).host}\r\n\r\n`)).toBeLessThan(500);
  assertLines(0);
  const rows = await portal.auditRows({ event: 'access.refused' }, 'agent');
  expect(rows.length).toBeGreaterThan(0);
  for (const { agent } of rows) expect(agent!.length).toBeLessThanOrEqual(300);
});

it('[L3] the audit log’s export has a line of valid JSON for each row, whatever it contains', async () => {
  const actor = { userId: null, address: '203.0.113.7', agent: hostile, requestId: hostile };
  for (let count = 0; count < 3; count += 1)
    await portal.app.services.auditLog.event(
      actor,
      { event: 'access.refused', subject: null },
      { outcome: 'failure', reason: freeText(hostile) },
    );
  const annie = await portal.signedIn(ANNIE);
  const { status, text } = await annie.raw({ path: '/api/helpdesk/audit-log.jsonl', headers: { 'x-latchkey': '1' } });
  expect(status).toBe(200);
  const lines = text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as { reason?: string });
  expect(lines.filter(({ reason }) => reason?.startsWith('a\r\n{"alarm"'))).toHaveLength(3);
});
