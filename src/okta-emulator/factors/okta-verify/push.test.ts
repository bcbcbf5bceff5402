import { request as httpRequest } from 'node:http';
import { beforeEach, describe, expect, it } from 'vitest';
import { ADA, GRACE, testEmulator, type TestEmulator } from '../../testing/emulator.ts';

type Waiting = {
  factorResult: string;
  _links: { poll: { href: string } };
  _embedded?: { challenge: { correctAnswer: number } };
};
type Entry = {
  asks: string;
  factorId: string;
  transactionId: string;
  userAgent: string;
  address: string | null;
  numbers: number[];
};

const emulator: TestEmulator = await testEmulator();
beforeEach(() => emulator.reset());

async function withPush(login = ADA): Promise<string> {
  const { id } = (await emulator.api('POST', `/users/${login}/factors`, { factorType: 'push', provider: 'OKTA' })).body;
  await emulator.simulator('POST', '/push', { user: login, answer: 'enroll' });
  return id;
}

const verify = (id: string, body?: object, headers?: Record<string, string>) =>
  emulator.api<Waiting>('POST', `/users/${ADA}/factors/${id}/verify`, body, headers);
async function sent(id: string, body?: object): Promise<{ path: string; answer?: number; transactionId: string }> {
  const answer = (await verify(id, body)).body;
  const path = answer._links.poll.href.slice(`${emulator.url}/api/v1`.length);
  return { path, answer: answer._embedded?.challenge.correctAnswer, transactionId: path.split('/').at(-1) ?? '' };
}
const result = async (path: string) => (await emulator.api<Waiting>('GET', path)).body.factorResult;
const answer = (order: object, login = ADA) =>
  emulator.simulator<{ result?: string; transactionId?: string; error?: string }>('POST', '/push', {
    user: login,
    ...order,
  });
const pushes = async (login = ADA) => (await emulator.simulator<Entry[]>('GET', `/pushes?user=${login}`)).body;

describe('a push', () => {
  it('needs a User-Agent, which the phone shows', async () => {
    const id = await withPush();
    const bare = await new Promise<{ status?: number; text: string }>((resolve, reject) => {
      const headers = { authorization: `SSWS ${emulator.apiToken}`, 'content-length': '0' };
      const call = httpRequest(
        `${emulator.url}/api/v1/users/${ADA}/factors/${id}/verify`,
        { method: 'POST', headers },
        (reply) => {
          let text = '';
          reply.on('data', (part) => (text += String(part)));
          reply.on('end', () => resolve({ status: reply.statusCode, text }));
        },
      );
      call.on('error', reject);
      call.end();
    });
    expect([bare.status, bare.text]).toEqual([400, expect.stringContaining('User-Agent')]);
    expect((await verify(id, {}, { 'user-agent': ' ' })).status).toBe(400);
    expect(await pushes()).toEqual([]);
  });

  it('shows the requester on the phone: browser, and the person’s address when it is forwarded', async () => {
    const id = await withPush();
    const shown = async (headers: Record<string, string>) => {
      await verify(id, {}, { 'user-agent': 'A browser', ...headers });
      const [newest] = await pushes();
      return [newest?.userAgent, newest?.address];
    };
    expect(await shown({ 'x-forwarded-for': '203.0.113.7, 10.0.0.1' })).toEqual(['A browser', '203.0.113.7']);
    expect(await shown({ 'x-forwarded-for': '2001:db8::7' })).toEqual(['A browser', '2001:db8::7']);
    for (const nonsense of ['<b>here</b>', 'unknown, 203.0.113.7', ''])
      expect(await shown({ 'x-forwarded-for': nonsense })).toEqual(['A browser', null]);
    expect(await shown({})).toEqual(['A browser', null]);
  });

  it('is approved or denied once; an approval can be polled until it expires, a denial stays', async () => {
    const id = await withPush();
    const yes = await sent(id);
    expect((await answer({ answer: 'approve' })).body).toEqual({
      factorId: id,
      transactionId: yes.transactionId,
      result: 'SUCCESS',
    });
    const no = await sent(id);
    expect((await answer({ answer: 'deny' })).body).toMatchObject({ result: 'REJECTED' });
    for (const answered of [yes, no]) {
      for (const again of ['approve', 'deny'])
        expect((await answer({ answer: again, transactionId: answered.transactionId })).status).toBe(404);
      expect(await emulator.api('DELETE', answered.path)).toMatchObject({
        status: 403,
        body: { errorCode: 'E0000107' },
      });
    }
    emulator.clock.advance(299);
    expect([await result(yes.path), await result(yes.path), await result(no.path)]).toEqual([
      'SUCCESS',
      'SUCCESS',
      'REJECTED',
    ]);
    emulator.clock.advance(1);
    expect([await result(yes.path), await result(no.path)]).toEqual(['TIMEOUT', 'REJECTED']);
  });

  it('with number matching needs the right number; a wrong one denies, none leaves it waiting', async () => {
    const id = await withPush();
    const push = await sent(id, { useNumberMatchingChallenge: true });
    const [entry] = await pushes();
    expect(entry?.numbers).toHaveLength(3);
    expect(entry?.numbers).toContain(push.answer);
    expect(entry).not.toHaveProperty('answer');
    expect((await answer({ answer: 'approve' })).status).toBe(400);
    expect(await result(push.path)).toBe('WAITING');
    expect((await answer({ answer: 'approve', number: push.answer })).body.result).toBe('SUCCESS');
    expect(await result(push.path)).toBe('SUCCESS');

    const other = await sent(id, { useNumberMatchingChallenge: true });
    const wrong = (await pushes())[0]?.numbers.find((number) => number !== other.answer);
    expect((await answer({ answer: 'approve', number: wrong })).body.result).toBe('REJECTED');
    expect((await answer({ answer: 'approve', number: other.answer })).status).toBe(404);
    expect(await result(other.path)).toBe('REJECTED');
  });

  it('cannot be answered after it expired', async () => {
    const push = await sent(await withPush());
    emulator.clock.advance(300);
    expect(await pushes()).toEqual([]);
    expect((await answer({ answer: 'approve' })).status).toBe(404);
    expect((await emulator.api('DELETE', push.path)).status).toBe(403);
    expect(await result(push.path)).toBe('TIMEOUT');
  });

  it('is answered by default when it is the newest', async () => {
    const id = await withPush();
    const first = await sent(id);
    const second = await sent(id);
    expect((await pushes()).map(({ transactionId }) => transactionId)).toEqual([
      second.transactionId,
      first.transactionId,
    ]);
    expect((await answer({ answer: 'approve', transactionId: first.transactionId })).body.transactionId).toBe(
      first.transactionId,
    );
    expect((await answer({ answer: 'deny', factorId: id })).body.transactionId).toBe(second.transactionId);
    expect([await result(first.path), await result(second.path)]).toEqual(['SUCCESS', 'REJECTED']);
  });

  it('of another person or factor, or unknown, gives 404', async () => {
    const id = await withPush();
    const foreign = await withPush(GRACE);
    const { path, transactionId } = await sent(id);
    const [ada, grace] = await Promise.all(
      [ADA, GRACE].map(async (login) => (await emulator.api('GET', `/users/${login}`)).body.id),
    );
    expect(path).toContain(ada);
    const [, totp] = (await emulator.api<{ id: string }[]>('GET', `/users/${ADA}/factors`)).body;
    const others = [
      `/users/${GRACE}/factors/${foreign}/transactions/${transactionId}`,
      `/users/${ADA}/factors/${id}/transactions/v2mst.AAAAAAAAAAAAAAAAAAAAAA`,
      `/users/${ADA}/factors/${id}/transactions/${transactionId.toUpperCase()}`,
    ];
    for (const method of ['GET', 'DELETE']) {
      for (const other of others)
        expect(await emulator.api(method, other)).toMatchObject({ status: 404, body: { errorCode: 'E0000007' } });
      for (const other of [
        path.replace(ada ?? '', grace ?? ''),
        path.replace(id, foreign),
        path.replace(id, totp?.id ?? ''),
      ])
        expect((await emulator.api(method, other)).status).toBe(404);
    }
    expect((await answer({ answer: 'approve', transactionId }, GRACE)).status).toBe(404);
    expect(await pushes(GRACE)).toEqual([]);
    expect(await result(path)).toBe('WAITING');
  });

  it('is deleted with its factor, and not shown to a locked person', async () => {
    const id = await withPush();
    const { path } = await sent(id);
    await emulator.simulator('POST', `/users/${ADA}`, { status: 'LOCKED_OUT' });
    expect((await answer({ answer: 'approve' })).status).toBe(409);
    expect(await verify(id)).toMatchObject({ status: 403, body: { errorCode: 'E0000069' } });
    await emulator.simulator('POST', `/users/${ADA}`, { status: 'ACTIVE' });
    await emulator.api('DELETE', `/users/${ADA}/factors/${id}`);
    expect(await emulator.api('GET', path)).toMatchObject({ status: 404, body: { errorCode: 'E0000007' } });
    expect((await answer({ answer: 'approve' })).status).toBe(404);
  });

  it('is refused for a pending factor, and no body verifies it', async () => {
    const { id } = (await emulator.api('POST', `/users/${ADA}/factors`, { factorType: 'push', provider: 'OKTA' })).body;
    expect((await verify(id, {})).body).toMatchObject({ errorCode: 'E0000001' });
    await answer({ answer: 'enroll' });
    for (const body of [
      { passCode: '000000' },
      { factorResult: 'SUCCESS' },
      { useNumberMatchingChallenge: 'true' },
      { stateToken: 'x' },
    ]) {
      expect(await verify(id, body)).toMatchObject({ status: 201, body: { factorResult: 'WAITING' } });
    }
  });

  it('is deleted a day after it ended', async () => {
    const id = await withPush();
    const { path } = await sent(id);
    emulator.clock.advance(24 * 3600);
    await sent(id);
    expect(await result(path)).toBe('TIMEOUT');
    emulator.clock.advance(300);
    await sent(id);
    expect((await emulator.api('GET', path)).status).toBe(404);
  });
});

describe('concurrent calls', () => {
  it('of cancel, approve and deny one wins, and polls report which', async () => {
    const id = await withPush();
    for (let round = 0; round < 10; round++) {
      const { path, transactionId } = await sent(id);
      const [cancelled, approved, denied] = await Promise.all([
        emulator.api('DELETE', path),
        answer({ answer: 'approve', transactionId }),
        answer({ answer: 'deny', transactionId }),
      ]);
      const won = [
        cancelled.status === 204 && 'CANCELLED',
        approved.status === 200 && 'SUCCESS',
        denied.status === 200 && 'REJECTED',
      ].filter(Boolean);
      expect(won).toHaveLength(1);
      expect(await result(path)).toBe(won[0]);
    }
  });
});
