import { createHmac } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createClock, type Clock } from '#clock';
import { freeText } from '#contract/audit-log/audit-reasons.ts';
import { authority, certificates } from '#testing/certificates.ts';
import { freePort } from '#testing/free-port.ts';
import { openTestStore } from '#testing/store.ts';
import { readStoreGauges } from '../../../platform/metrics/store-gauges.ts';
import { createLock } from '../../../platform/store/lock.ts';
import type { Store } from '../../../platform/store/open.ts';
import { createAuditLog, type AuditLog } from '../audit-log.ts';
import { makeAuditKey } from '../kept-key.ts';
import { readAuditKeys, type Head } from '../keys.ts';
import { parseRow, type LogEvent } from '../log-event.ts';
import { verifyEvents } from '#operator/audit-verify/verify-events.ts';
import { createDelivery, type Delivery } from './delivery.ts';
import { createWebhookSink } from './webhook.ts';

const START = Date.UTC(2026, 10, 26, 9);
const SECRET = 'the-secret-of-a-webhook-in-this-test';
const keys = readAuditKeys(makeAuditKey());
const actor = { userId: '00u1', address: '192.0.2.7', agent: 'a browser', requestId: 'r1', correlationId: 'c1' };

type Received = { events: LogEvent[]; auditHead?: Head };
/** `received`: accepted batches with a valid signature. `refused`: the number of rows in each other batch. */
let received: Received[];
let refused: number[];
/** Returns the status for a batch. With 0, the receiver accepts the batch and then cuts the connection. */
let judge: (batch: Received) => number;
let server: Server | null = null;
let port: number;
let clock: Clock;
let store: Store;
let auditLog: AuditLog;
let faults: string[];
const deliveries: { delivery: Delivery; close(): Promise<void> }[] = [];

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const body = Buffer.concat(chunks).toString();
  const timestamp = String(request.headers['x-latchkey-timestamp']);
  const signature = createHmac('sha256', SECRET).update(`${timestamp}.${body}`).digest('hex');
  const isOurs = String(request.headers['x-latchkey-signature']).split(',').includes(`v1=${signature}`);
  const isFresh = Math.abs(Number(timestamp) - clock.now() / 1000) < 300;
  const batch = JSON.parse(body) as Received;
  const status = isOurs && isFresh ? judge(batch) : 401;
  if (status === 204 || status === 0) received.push(batch);
  else refused.push(batch.events.length);
  if (status === 0) request.socket.destroy();
  else response.writeHead(status, status === 302 ? { location: '/elsewhere' } : {}).end();
}

async function listen(): Promise<void> {
  const started = createServer(certificates.good, (request, response) => void answer(request, response));
  await new Promise<void>((resolve) => started.listen(port, '127.0.0.1', resolve));
  port = (started.address() as AddressInfo).port;
  server = started;
}
async function leave(): Promise<void> {
  server?.closeAllConnections();
  await new Promise((resolve) => (server ? server.close(resolve) : resolve(null)));
  server = null;
}

function open(secrets: readonly string[] = [SECRET]): Delivery {
  const settings = { url: `https://localhost:${port}/audit`, secrets, ca: authority } as const;
  const sink = createWebhookSink(settings, clock);
  const lock = createLock(store, clock, async () => {});
  const failed = (error: unknown) => void faults.push(String(error));
  const delivery = createDelivery({ store, clock, lock, sink, failed, random: () => 0.5 });
  deliveries.push({ delivery, close: () => delivery.close().then(sink.close) });
  return delivery;
}

beforeEach(async () => {
  [received, refused, faults] = [[], [], []];
  judge = () => 204;
  clock = createClock(() => START);
  store = await openTestStore();
  auditLog = createAuditLog(store, clock, keys);
  port = await freePort();
  await listen();
});
afterEach(async () => {
  for (const { close } of deliveries.splice(0)) await close();
  await leave();
  await store.destroy();
});

const write = async (count: number) => {
  for (let n = 0; n < count; n += 1)
    await auditLog.event(actor, { event: 'user.session.start', subject: '00u1' }, { outcome: 'success' });
};
const sequences = () => received.map(({ events }) => events.map(({ debugContext }) => debugContext.debugData.sequence));
const all = (last: number) => Array.from({ length: last }, (_, index) => index + 1);
const lines = () =>
  received.flatMap(({ events, auditHead }) =>
    [...events, ...(auditHead ? [{ auditHead }] : [])].map((one) => JSON.stringify(one)),
  );

test('an event has the names of Okta’s System Log and all values of its row', async () => {
  await auditLog.change(
    actor,
    {
      event: 'user.mfa.factor.reset',
      subject: '00u2',
      factorId: 'uft1',
      kind: 'sms',
      why: 'lost: in a lake',
      ticket: 'INC-1',
      approver: '00u3',
    },
    async () => {},
  );
  await auditLog.event(
    { ...actor, userId: null, address: '' },
    { event: 'access.refused', subject: null },
    { outcome: 'failure' },
  );
  await open().deliver();
  const events = received.flatMap((batch) => batch.events);
  expect(events[1]).toMatchObject({
    uuid: expect.stringMatching(/^[\da-f]{8}-[\da-f]{4}-8[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/),
    published: '2026-11-26T09:00:00.000Z',
    eventType: 'user.mfa.factor.reset',
    severity: 'INFO',
    actor: { id: '00u1', type: 'User' },
    client: { ipAddress: '192.0.2.7', userAgent: { rawUserAgent: 'a browser' } },
    outcome: { result: 'SUCCESS', reason: 'lost' },
    target: [
      { id: '00u2', type: 'User' },
      { id: 'uft1', type: 'Factor' },
    ],
    transaction: { id: 'r1', type: 'WEB' },
    debugContext: {
      debugData: {
        ...{ sequence: 2, phase: 'outcome', intent: 1, ticket: 'INC-1', correlationId: 'c1' },
        ...{ decision: null, note: 'in a lake', detail: null },
      },
    },
  });
  expect(events[0]!.outcome.result).toBeNull();
  expect(events[2]).toMatchObject({ actor: { id: null, type: 'SystemPrincipal' }, severity: 'WARN', target: [] });
  expect(events.map(parseRow)).toEqual(await store.selectFrom('audit_log').selectAll().orderBy('seq').execute());
});

test('the parts of a reason are the row’s: events verify with them and, as of before, without; none can be changed', async () => {
  const denied = { event: 'helpdesk.approval.deny', subject: '00u2' } as const;
  await auditLog.event(actor, denied, { outcome: 'success', reason: freeText('attack: she asked for a code') });
  await open().deliver();
  const [event] = received.flatMap((batch) => batch.events);
  const { debugData } = event!.debugContext;
  const changed = (reason: string | null, parts: object) => ({
    ...event!,
    outcome: { ...event!.outcome, reason },
    debugContext: { debugData: { ...debugData, ...parts } },
  });
  const verify = (one: object) => verifyEvents([JSON.stringify(one)], keys);
  expect(event).toEqual(changed('attack', { decision: 'deny', note: 'she asked for a code', detail: null }));
  expect(await verify(event!)).toMatchObject({ tampered: null, last: 1 });
  const older = { decision: undefined, note: undefined, detail: undefined };
  expect(await verify(changed('attack: she asked for a code', older))).toMatchObject({ tampered: null, last: 1 });
  for (const [reason, parts] of [
    ['not_needed', {}],
    ['attack', { note: 'she asked' }],
    ['attack', { detail: 'reconciled' }],
  ] as const)
    expect(await verify(changed(reason, parts))).toMatchObject({ tampered: { seq: 1, fault: 'edited' } });
  expect(await verify(changed('attack', { decision: 'approve' }))).toMatchObject({ last: 0 });
});

test('a receiver that is down for an hour misses nothing: ordered batches, and a chain that verifies', async () => {
  const delivery = open();
  await write(2);
  await delivery.deliver();
  await leave();
  for (let minute = 0; minute < 60; minute += 1) {
    await write(7);
    clock.advance(60);
    await delivery.deliver();
  }
  expect([faults.length > 10, faults.length < 25]).toEqual([true, true]);
  expect((await readStoreGauges(store, clock, true)).auditSink).toEqual({ count: 420, oldestSeconds: 3600 });
  await listen();
  clock.advance(300);
  await delivery.deliver();
  expect((await readStoreGauges(store, clock, true)).auditSink).toEqual({ count: 0, oldestSeconds: 0 });
  expect(sequences().flat()).toEqual(all(422));
  expect(Math.max(...received.map(({ events }) => events.length))).toBeLessThanOrEqual(200);
  const whole = { tampered: null, first: 1, last: 422, signedUntil: 422 };
  expect(await verifyEvents(lines(), keys)).toMatchObject(whole);
  expect(
    await verifyEvents(
      received.map((body) => JSON.stringify(body)),
      keys,
    ),
  ).toMatchObject(whole);
});

test('after days without a receiver batches are large again soon', async () => {
  await write(100);
  await store.updateTable('audit_sink_cursor').set({ tries: 900, next_at: 0 }).execute();
  await open().deliver();
  expect(received.map(({ events }) => events.length)).toEqual([1, 1, 3, 6, 12, 25, 50, 2]);
});

test('a batch whose answer was lost comes again, whole and in order', async () => {
  await write(5);
  judge = () => 0;
  const delivery = open();
  await delivery.deliver();
  judge = () => 204;
  clock.advance(5);
  await delivery.deliver();
  expect(sequences()).toEqual([all(5), all(5)]);
  expect(await verifyEvents(lines(), keys)).toMatchObject({ tampered: null, last: 5, signedUntil: 5 });
});

test('a receiver that takes small batches only gets them smaller', async () => {
  await write(90);
  judge = ({ events }) => (events.length > 30 ? 413 : 204);
  const delivery = open();
  while (sequences().flat().length < 90) {
    clock.advance(300);
    await delivery.deliver();
    expect(faults.length).toBeLessThan(9);
  }
  expect(sequences().flat()).toEqual(all(90));
});

test('a redirect, an error and another secret are no acknowledgement; either secret of two is', async () => {
  await write(1);
  const delivery = open();
  for (const status of [302, 404, 500]) {
    judge = () => status;
    clock.advance(300);
    await delivery.deliver();
  }
  judge = () => 204;
  clock.advance(300);
  await open(['another-secret-of-another-webhook-here']).deliver();
  expect([received, refused]).toEqual([[], [1, 1, 1, 1]]);
  clock.advance(300);
  await open(['another-secret-of-another-webhook-here', SECRET]).deliver();
  expect(sequences()).toEqual([[1]]);
});

test('two portals on a store send one stream, and no transaction is open while one sends', async () => {
  await write(250);
  const [one, other] = [open(), open()];
  let during = 0;
  judge = () => {
    during += 1;
    return 204;
  };
  const writing = write(20);
  await Promise.all([one.deliver(), other.deliver(), one.deliver(), other.deliver()]);
  await writing;
  await Promise.all([one.deliver(), other.deliver()]);
  expect(sequences().flat()).toEqual(all(270));
  expect(during).toBe(received.length);
});

test('a portal that died while it sent is followed by another one, after its lease', async () => {
  await write(3);
  // This portal died while it held the lock, which is free after 30 seconds.
  const dead = createLock(store, clock, async () => {});
  void dead('audit sink', () => new Promise(() => {}));
  await expect.poll(async () => (await store.selectFrom('locks').select('name').execute()).length).toBe(1);
  const delivery = open();
  await delivery.deliver();
  expect(received).toEqual([]);
  clock.advance(31);
  await delivery.deliver();
  expect(sequences()).toEqual([[1, 2, 3]]);
});

test.each<[string, (lines: string[]) => string[], string]>([
  ['an event that is missing', (all) => all.toSpliced(2, 1), 'missing'],
  ['one that was edited', (all) => all.with(2, all[2]!.replace('"192.0.2.7"', '"192.0.2.8"')), 'edited'],
  ['two that were swapped', (all) => [all[1]!, all[0]!, ...all.slice(2)], 'reordered'],
  ['a tail that was cut off', (all) => [...all.slice(0, 3), all[5]!], 'truncated'],
])('verifying reports %s', async (_what, tamper, fault) => {
  await write(5);
  await open().deliver();
  const whole = lines();
  expect(whole).toHaveLength(6);
  expect((await verifyEvents(whole, keys)).tampered).toBeNull();
  expect((await verifyEvents(whole, readAuditKeys(makeAuditKey()))).tampered?.fault).toBe('false_checkpoint');
  expect((await verifyEvents(tamper(whole), keys)).tampered?.fault).toBe(fault);
});
