import { freeText, type AuditReason } from '#contract/audit-log/audit-reasons.ts';
import { beforeEach, expect, it } from 'vitest';
import type { AuditDetails, Actor } from './audit-log.ts';
import { createRefusals, ROWS } from './refusals.ts';

let now = 0;
let rows: { event: string; subject: string | null; address: string; userId: string | null; reason: string }[] = [];
const auditLog = {
  async event({ address, userId }: Actor, { event, subject }: AuditDetails, { reason }: { reason?: string | null }) {
    rows.push({ event, subject, address, userId, reason: reason ?? '' });
    return true;
  },
};
let refusals = createRefusals(auditLog, { now: () => now });
beforeEach(() => {
  now = Date.parse('2026-11-25T21:43:00Z');
  rows = [];
  refusals = createRefusals(auditLog, { now: () => now });
});

const from = (address: string, userId: string | null = null): Actor => ({
  userId,
  address,
  agent: 'curl',
  requestId: 'r',
});
const details: AuditDetails = { event: 'access.refused', subject: null };
const times = async (count: number, actor: Actor, reason: AuditReason = 'POST page: csrf', what = details) => {
  for (let index = 0; index < count; index++) await refusals.record(actor, what, reason);
};

it('writes five rows, and one row with the number of the others at the end of the minute', async () => {
  await times(6000, from('203.0.113.9'));
  expect(rows).toHaveLength(5);
  await refusals.flush();
  expect(rows).toHaveLength(5);
  now += 60_000;
  await refusals.flush();
  expect(rows.slice(5)).toEqual([
    {
      event: 'access.refused',
      subject: null,
      address: '203.0.113.9',
      userId: null,
      reason: 'POST page: csrf: 5995 more in the minute from 2026-11-25T21:43Z',
    },
  ]);
  await refusals.flush();
  await refusals.close();
  expect(rows).toHaveLength(6);
});

it('the next refusal writes the previous minute’s numbers, and the end of the process writes the rest', async () => {
  await times(7, from('203.0.113.9'));
  now += 61_000;
  await times(8, from('203.0.113.9'));
  expect(rows.map(({ reason }) => reason).filter((reason) => reason.includes('more'))).toEqual([
    expect.stringContaining(': 2 more'),
  ]);
  await refusals.close();
  expect(rows.at(-1)?.reason).toContain(': 3 more');
});

it('counts networks and reasons separately, and a /64 as one network', async () => {
  await times(6, from('203.0.113.9'));
  await times(6, from('203.0.113.9'), 'DELETE page: csrf');
  for (let host = 1; host <= 9; host++) await times(1, from(`2001:db8::${host}`));
  expect(rows).toHaveLength(15);
  await refusals.close();
  expect(
    rows
      .slice(15)
      .map(({ address }) => address)
      .toSorted(),
  ).toEqual(['2001:db8:0:0::', '203.0.113.9', '203.0.113.9']);
});

it('writes at most a hundred rows a minute, and each refusal is in one of them', async () => {
  const before = process.memoryUsage().heapUsed;
  const long = freeText(`GET /${'x'.repeat(8000)}`);
  for (let index = 0; index < 50_000; index++)
    await refusals.record(from(`10.${index >> 16}.${(index >> 8) & 255}.${index & 255}`), details, long);
  expect(process.memoryUsage().heapUsed - before).toBeLessThan(50e6);
  await refusals.close();
  expect(rows.length).toBeLessThanOrEqual(ROWS);
  expect(Math.max(...rows.map(({ reason }) => reason.length))).toBeLessThan(200);
  const counted = rows.reduce((sum, { reason }) => sum + Number(/(\d+) more/.exec(reason)?.[1] ?? 1), 0);
  expect(counted).toBe(50_000);
});

it('names the network of the rest if there is only one', async () => {
  const reasons = (count: number) => Array.from({ length: count }, (_, index) => freeText(`reason ${index}`));
  for (const reason of reasons(150)) await times(3, from('203.0.113.9'), reason);
  await refusals.close();
  expect(rows.at(-1)).toMatchObject({
    address: '203.0.113.9',
    reason: expect.stringMatching(/^\d+ more in the minute from 2026-11-25T21:43Z$/),
  });
  for (const [index, reason] of reasons(150).entries()) await times(3, from(`203.0.113.${index % 2}`), reason);
  await refusals.close();
  expect(rows.at(-1)).toMatchObject({ address: '', reason: expect.stringMatching(/^\d+ more in the minute/) });
});

it('names a signed-in person in every row, those that count the rest of a minute too', async () => {
  for (let count = 0; count < 60; count += 1)
    await refusals.recordPerson(from('203.0.113.9', 'ada'), details, 'listApprovals: forbidden');
  await refusals.close();
  const counted = rows
    .filter(({ userId }) => userId === 'ada')
    .map(({ reason }) => /(\d+) more/.exec(reason)?.[1] ?? 1);
  expect(counted.reduce((sum: number, one) => sum + Number(one), 0)).toBe(60);
});

it('a flood without a session hides no refusal of a signed-in person', async () => {
  for (let index = 0; index < 5000; index++)
    await refusals.record(from(`10.0.${index >> 8}.${index & 255}`), details, 'POST page: csrf');
  await times(1, from('203.0.113.9', 'ada'));
  await times(1, from('203.0.113.9'), 'the account is SUSPENDED', { event: 'user.session.refused', subject: 'grace' });
  expect(rows.slice(-2)).toMatchObject([{ userId: 'ada' }, { subject: 'grace' }]);
});
