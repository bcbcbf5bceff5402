import { beforeEach, describe, expect, it } from 'vitest';
import { ADA, testEmulator } from '../testing/emulator.ts';

const emulator = await testEmulator();
beforeEach(() => emulator.reset());

const enroll = async () =>
  (await emulator.api('POST', `/users/${ADA}/factors`, { factorType: 'push', provider: 'OKTA' })).body.id;
const verify = (id: string, body: object, headers?: Record<string, string>) =>
  emulator.api<{ _embedded: { challenge: { correctAnswer: number } } }>(
    'POST',
    `/users/${ADA}/factors/${id}/verify`,
    body,
    headers,
  );
const page = async () => (await fetch(`${emulator.simulatorUrl}?user=${ADA}`)).text();
const pushes = async () =>
  (await emulator.simulator<{ transactionId: string; numbers: number[] }[]>('GET', `/pushes?user=${ADA}`)).body;

describe("the simulator's Okta Verify", () => {
  it('lists enrollments and pushes, and shows nothing when nothing waits', async () => {
    expect(await pushes()).toEqual([]);
    expect(await page()).toContain('<div id="pushes"></div>');
    const factorId = await enroll();
    expect(await pushes()).toEqual([{ asks: 'enroll', factorId, expiresAt: '2026-06-01T12:10:15.000Z' }]);
    expect(await page()).toContain(`data-push="enroll" data-factor="${factorId}"`);
    await emulator.simulator('POST', '/push', { user: ADA, answer: 'enroll' });
    await verify(factorId, {}, { 'user-agent': 'A browser', 'x-forwarded-for': '203.0.113.7' });
    expect(await pushes()).toEqual([
      {
        asks: 'approve',
        factorId,
        transactionId: expect.stringMatching(/^v2mst\./),
        userAgent: 'A browser',
        address: '203.0.113.7',
        numbers: [],
        at: '2026-06-01T12:00:15.000Z',
        expiresAt: '2026-06-01T12:05:15.000Z',
      },
    ]);
  });

  it('offers three numbers without revealing the right one; a user agent stays text', async () => {
    const factorId = await enroll();
    await emulator.simulator('POST', '/push', { user: ADA, answer: 'enroll' });
    const { body } = await verify(
      factorId,
      { useNumberMatchingChallenge: true },
      { 'user-agent': '<img src=x onerror=alert(1)>' },
    );
    const [push] = await pushes();
    const text = await page();
    expect(text).not.toContain('<img');
    expect(text).toContain('&lt;img src=x onerror=alert(1)&gt;');
    const buttons = [
      ...text.matchAll(/data-push="approve" data-transaction="([^"]+)" data-number="(\d+)">(\d+)</g),
    ].map(([, id, number, words]) => [id, number, words]);
    expect(buttons).toEqual(push?.numbers.map((number) => [push.transactionId, String(number), String(number)]));
    expect(push?.numbers).toContain(body._embedded.challenge.correctAnswer);
    expect(text).toContain(`data-push="deny" data-transaction="${push?.transactionId}"`);
    expect(Object.keys(push ?? {})).toEqual([
      'asks',
      'factorId',
      'transactionId',
      'userAgent',
      'address',
      'numbers',
      'at',
      'expiresAt',
    ]);
  });

  it('reports what is wrong with an action', async () => {
    const order = async (body: object) => (await emulator.simulator<{ error: string }>('POST', '/push', body)).status;
    expect(await order({ user: 'nobody@example.com', answer: 'approve' })).toBe(404);
    expect(await order({ answer: 'approve' })).toBe(404);
    for (const wrong of [
      {},
      { answer: 'yes' },
      { answer: 'approve', number: '42' },
      { answer: 'deny', transactionId: 5 },
      { answer: 'enroll', factorId: null },
    ]) {
      expect(await order({ user: ADA, ...wrong })).toBe(400);
    }
    for (const answer of ['enroll', 'approve', 'deny']) expect(await order({ user: ADA, answer })).toBe(404);
  });
});
