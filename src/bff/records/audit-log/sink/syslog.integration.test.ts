import { freeText } from '#contract/audit-log/audit-reasons.ts';
import { createServer } from 'node:tls';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createClock, type Clock } from '#clock';
import { authority, certificates } from '#testing/certificates.ts';
import { freePort } from '#testing/free-port.ts';
import { hasRsyslog, prepareRsyslog, type Rsyslog } from '#testing/programs/rsyslog.ts';
import { openTestStore } from '#testing/store.ts';
import { createLock } from '../../../platform/store/lock.ts';
import type { Store } from '../../../platform/store/open.ts';
import { createAuditLog, type AuditLog } from '../audit-log.ts';
import { makeAuditKey } from '../kept-key.ts';
import { readAuditKeys } from '../keys.ts';
import { verifyEvents } from '#operator/audit-verify/verify-events.ts';
import { createDelivery } from './delivery.ts';
import { createSyslogSink } from './syslog.ts';

const START = Date.UTC(2026, 10, 26, 9);
const keys = readAuditKeys(makeAuditKey());
const actor = { userId: '00u1', address: '192.0.2.7', agent: 'Mözilla "5.0" 🦊', requestId: 'r1' };

let clock: Clock;
let store: Store;
let auditLog: AuditLog;
let port: number;
let rsyslog: Rsyslog;
let faults: string[];
beforeEach(async () => {
  clock = createClock(() => START);
  store = await openTestStore();
  auditLog = createAuditLog(store, clock, keys);
  port = await freePort();
  faults = [];
  rsyslog = prepareRsyslog(port);
});
afterEach(async () => {
  await rsyslog.remove();
  await store.destroy();
});

const settings = () => ({ kind: 'syslog', host: 'localhost', port, ca: authority }) as const;
const write = () =>
  auditLog.event(
    actor,
    { event: 'helpdesk.refused', subject: '00u2' },
    { outcome: 'failure', reason: freeText('a\nb') },
  );
const deliveryOf = (sink: ReturnType<typeof createSyslogSink>) =>
  createDelivery({
    ...{ store, clock, sink },
    lock: createLock(store, clock, async () => {}),
    failed: (error) => void faults.push(String(error)),
  });
const written = async () => (await store.selectFrom('audit_log_head').select('seq').executeTakeFirstOrThrow()).seq;
/** Sends what is due after some seconds, and returns the last row that was sent: one run on a busy machine is short. */
async function sentAfter(delivery: ReturnType<typeof deliveryOf>, seconds: number): Promise<number> {
  clock.advance(seconds);
  await delivery.deliver();
  return (await store.selectFrom('audit_sink_cursor').select('seq').executeTakeFirstOrThrow()).seq;
}
const sequences = () =>
  rsyslog.lines().flatMap((line) => [...line.matchAll(/"sequence":(\d+)/g)].map(([, seq]) => Number(seq)));

/** Waits until rsyslog has written a row, and returns the rows in the order of their first copies. */
async function receives(last: number): Promise<number[]> {
  await expect.poll(() => sequences().at(-1), { interval: 20 }).toBe(last);
  await expect.poll(() => rsyslog.lines().at(-1), { interval: 20 }).toContain(`"auditHead"`);
  return [...new Set(sequences())];
}
const all = (last: number) => Array.from({ length: last }, (_, index) => index + 1);

// Debian's rsyslog is installed with what the tests need; elsewhere there may be none.
const withRsyslog = hasRsyslog ? test : () => undefined;

withRsyslog('rsyslog parses each event over TLS, and the chain verifies from its file', async () => {
  await rsyslog.start();
  for (let n = 0; n < 3; n += 1) await write();
  const delivery = deliveryOf(createSyslogSink(settings(), clock, 'portal.example.com'));
  await delivery.deliver();
  expect(await receives(3)).toEqual([1, 2, 3]);
  const [line = ''] = rsyslog.lines();
  const before = '1 audit warning 2026-11-26T09:00:00.000Z portal.example.com latchkey audit [meta sequenceId="1"]';
  expect(line.slice(0, line.indexOf('{')).trim()).toBe(before);
  expect(JSON.parse(line.slice(line.indexOf('{')))).toMatchObject({
    published: '2026-11-26T09:00:00.000Z',
    eventType: 'helpdesk.refused',
    client: { ipAddress: '192.0.2.7', userAgent: { rawUserAgent: actor.agent } },
    outcome: { result: 'FAILURE', reason: freeText('a\nb') },
    target: [{ id: '00u2', type: 'User' }],
  });
  const verified = { tampered: null, first: 1, last: 3, signedUntil: 3 };
  expect(await verifyEvents(rsyslog.lines(), keys)).toMatchObject(verified);
  await delivery.deliver();
  expect(rsyslog.lines()).toHaveLength(4);
});

withRsyslog(
  'a receiver that is down for an hour, and one that is killed, miss nothing and get it in order',
  async () => {
    await rsyslog.start();
    const delivery = deliveryOf(createSyslogSink(settings(), clock, 'portal.example.com'));
    for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
      await write();
      await delivery.deliver();
      await rsyslog.end(signal);
      faults = [];
      for (let minute = 0; minute < 60; minute += 1) {
        for (let n = 0; n < 8; n += 1) await write();
        clock.advance(60);
        await delivery.deliver();
      }
      // Longer and longer pauses, of five minutes at most.
      expect(faults.length).toBeGreaterThan(10);
      expect(faults.length).toBeLessThan(25);
      await rsyslog.start();
      const last = await written();
      await expect.poll(() => sentAfter(delivery, 300)).toBe(last);
      expect(await receives(last)).toEqual(all(last));
      expect(await verifyEvents(rsyslog.lines(), keys)).toMatchObject({ tampered: null, last, signedUntil: last });
    }
  },
);

test('what a receiver did not read to its end is sent again, and the batch before it, too', async () => {
  await write();
  let reads = true;
  const texts: string[] = [];
  const server = createServer({ ...certificates.good, allowHalfOpen: true }, (socket) => {
    let text = '';
    socket.on('error', () => {});
    socket.on('data', (chunk) => (text += String(chunk)));
    socket.on('end', () => {
      if (!reads) return;
      texts.push(text);
      socket.end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port: listens } = server.address() as AddressInfo;
  const delivery = deliveryOf(createSyslogSink({ ...settings(), port: listens }, clock, 'portal.example.com', 200));
  const cursor = () => store.selectFrom('audit_sink_cursor').selectAll().executeTakeFirstOrThrow();
  try {
    await delivery.deliver();
    expect(await cursor()).toMatchObject({ seq: 1, resend_from: 0, tries: 0 });
    reads = false;
    await write();
    await delivery.deliver();
    expect(faults).toEqual([`Error: localhost:${listens} did not take the events within 0.2 s`]);
    expect(await cursor()).toMatchObject({ seq: 0, resend_from: 0, tries: 1 });
    reads = true;
    clock.advance(300);
    await delivery.deliver();
    expect(texts.join('').match(/"sequence":\d/g)).toEqual([1, 1, 2].map((seq) => `"sequence":${seq}`));
    // Each message has its length in bytes before it.
    for (let rest = texts.join(''); rest !== '';) {
      const [, length = '', begin = ''] = /^(\d+) (<1\d\d>1 )/.exec(rest) ?? [];
      expect(begin).not.toBe('');
      rest = rest.slice(length.length + 1 + Number(length));
    }
  } finally {
    server.close();
  }
});

test('a certificate of nobody known gets no event', async () => {
  await write();
  const received: string[] = [];
  const server = createServer(certificates.selfSigned, (socket) => {
    socket.on('error', () => {});
    socket.on('data', (chunk) => received.push(String(chunk)));
  });
  server.on('tlsClientError', () => {});
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    const sink = createSyslogSink(
      { ...settings(), port: (server.address() as AddressInfo).port },
      clock,
      'portal.example.com',
    );
    await deliveryOf(sink).deliver();
    expect([received, faults.length]).toEqual([[], 1]);
  } finally {
    server.close();
  }
});
