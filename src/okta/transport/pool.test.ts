import { beforeEach, describe, expect, test } from 'vitest';
import { freePort } from '#testing/free-port.ts';
import {
  cutBefore,
  cutInside,
  drip,
  hang,
  hangAfterHeaders,
  json,
  raw,
  type Behaviour,
  badOrg,
} from '../testing/bad-org.ts';
import { Deadline, defaultLimits, type Limits } from './limits.ts';
import { ExchangeFailed, openPool, type Exchange } from './pool.ts';

const org = await badOrg();
let pool: ReturnType<typeof openPool>;

const limits: Limits = { ...defaultLimits, maxReplyBytes: 20_000, connections: 1 };
const long = () => new Deadline(60_000);

function connect(over: Partial<Limits> = {}, origin = org.origin): void {
  pool = openPool(origin, { ...limits, ...over });
}
beforeEach(() => {
  connect();
});

async function send(deadline: Deadline = long(), path = '/', picture = false): Promise<Exchange> {
  try {
    return await pool.exchange({ method: 'GET', path, headers: { accept: '*/*' }, body: null, picture }, deadline);
  } finally {
    deadline.close();
  }
}
const getFailure = (sent: Promise<unknown>): Promise<ExchangeFailed> =>
  sent.then(
    () => expect.fail('no error'),
    (error: unknown) => {
      expect(error).toBeInstanceOf(ExchangeFailed);
      return error as ExchangeFailed;
    },
  );
const getCode = ({ cause }: ExchangeFailed) => (cause as { code?: string }).code;

describe('an answer', () => {
  test('is read whole, whatever its pieces: characters may be split between them', async () => {
    const text = JSON.stringify(['ä€😀'.repeat(300)]);
    org.will((response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      const bytes = [...Buffer.from(text)];
      const next = () => {
        const piece = bytes.splice(0, 97);
        if (piece.length === 0) response.end();
        else response.write(Buffer.from(piece), () => setImmediate(next));
      };
      next();
    });
    expect(await send()).toMatchObject({ status: 200, body: text, bytes: null });
  });

  test('begins after interim answers', async () => {
    org.will((response) => {
      response.writeEarlyHints({ link: '</x>; rel=preload' });
      json({ done: true })(response, response.req);
    });
    expect(await send()).toMatchObject({
      status: 200,
      body: '{"done":true}',
      headers: { 'content-type': 'application/json' },
    });
  });

  test('may be empty, begin with a byte-order mark, or be a picture', async () => {
    org.will(raw('', 204), raw('\ufeff[1]'), raw(Buffer.from([0x89, 0xff, 0x00])));
    expect(await send()).toMatchObject({ status: 204, body: '' });
    expect(await send()).toMatchObject({ body: '[1]' });
    expect((await send(long(), '/', true)).bytes).toEqual(Buffer.from([0x89, 0xff, 0x00]));
  });

  test('uses the connection again, which then serves the next exchange', async () => {
    const ports = new Set<number>();
    org.will((response) => {
      ports.add(response.socket!.remotePort!);
      json({})(response, response.req);
    });
    for (let n = 0; n < 5; n += 1) await send();
    expect(ports.size).toBe(1);
  });
});

describe('an exchange that breaks', () => {
  test.each([
    ['before the answer', cutBefore, 'headers', 'UND_ERR_SOCKET'],
    ['inside the body', cutInside('[1,2,3,4]'), 'body', 'UND_ERR_SOCKET'],
    ['[U2] by a body that is too large', raw(' '.repeat(20_001)), 'body', 'UND_ERR_RES_EXCEEDED_MAX_SIZE'],
  ])('%s', async (_, behaviour, stage, code) => {
    org.will(behaviour);
    const failure = await getFailure(send());
    expect([failure.stage, getCode(failure)]).toEqual([stage, code]);
    org.will(json([]));
    expect(await send()).toMatchObject({ body: '[]' });
  });

  test('takes a body of exactly the largest size', async () => {
    org.will(raw(' '.repeat(20_000)));
    expect((await send()).body).toHaveLength(20_000);
  });

  test('without a connection', async () => {
    connect({}, `http://127.0.0.1:${await freePort()}`);
    expect(await getFailure(send())).toMatchObject({ stage: 'connect', cause: { code: 'ECONNREFUSED' } });
  });

  test('by a path that no request can have: nothing is sent', async () => {
    expect(await getFailure(send(long(), '/a b'))).toMatchObject({ stage: 'connect' });
    expect(org.requests).toEqual([]);
  });

  test('after the pool was closed', async () => {
    await pool.close();
    expect(await getFailure(send())).toMatchObject({ stage: 'connect', cause: { code: 'UND_ERR_DESTROYED' } });
  });

  test('not by a kept connection that the server closed: the next exchange opens another', async () => {
    for (let round = 0; round < 20; round += 1) {
      const closed = Promise.withResolvers<void>();
      org.will((response) => {
        response.socket!.once('close', closed.resolve);
        response.writeHead(200).end('[]', () => response.socket!.end());
      });
      await send();
      await closed.promise;
      org.will(json([round]));
      expect(await send()).toMatchObject({ body: `[${round}]` });
    }
  });
});

describe('a limit', () => {
  const interim: Behaviour = (response) => response.writeEarlyHints({ link: '</x>; rel=preload' });
  const within = async (ms: number, sent: Promise<unknown>) => {
    const started = performance.now();
    const failure = await getFailure(sent);
    expect(performance.now() - started).toBeLessThan(ms + 20_000);
    return failure;
  };

  test.each([
    ['until the answer begins', hang, { headersMs: 100 }, 60_000, 'silent', 'headers'],
    ['until the answer begins, after an interim one', interim, { headersMs: 300 }, 60_000, 'silent', 'headers'],
    ['of the call, before the answer', hang, {}, 100, 'timeout', 'headers'],
    ['of the call, inside the body', hangAfterHeaders, { headersMs: 1000 }, 1300, 'timeout', 'body'],
    ['of the call, while the body drips', drip(10), { headersMs: 1000 }, 1300, 'timeout', 'body'],
  ] as const)('%s', async (_, behaviour, over, callMs, why, stage) => {
    connect(over);
    org.will(behaviour);
    const deadline = new Deadline(callMs);
    expect(await within(callMs === 60_000 ? 100 : callMs, send(deadline))).toMatchObject({ stage });
    expect(deadline.ended()).toBe(why);
    org.will(json([]));
    expect(await send()).toMatchObject({ body: '[]' });
  });

  test('a slow body has the rest of the call’s time', async () => {
    connect({ headersMs: 1000 });
    org.will((response) => {
      response.writeHead(200).write('[');
      setTimeout(() => response.end(']'), 1200);
    });
    expect(await send()).toMatchObject({ body: '[]' });
  });

  test('of the request that the call belongs to', async () => {
    org.will(hang);
    const deadline = new Deadline(60_000, undefined, 100);
    expect(await within(100, send(deadline))).toMatchObject({ stage: 'headers' });
    expect(deadline.ended()).toBe('late');
  });

  test('ends the wait for a connection at once: nothing is sent, and the next one gets the connection', async () => {
    const taken = Promise.withResolvers<() => void>();
    const ports: number[] = [];
    org.will(
      (response) => {
        ports.push(response.socket!.remotePort!);
        taken.resolve(() => json(['first'])(response, response.req));
      },
      (response) => {
        ports.push(response.socket!.remotePort!);
        json(['third'])(response, response.req);
      },
    );
    const first = send(long(), '/first');
    const answerFirst = await taken.promise;
    const leaving = new AbortController();
    const waiting = [
      send(new Deadline(50), '/by-its-limit'),
      send(new Deadline(60_000, leaving.signal), '/by-its-caller'),
    ].map((sent) => within(50, sent));
    const third = send(long(), '/third');
    leaving.abort();
    for (const failure of await Promise.all(waiting)) expect(failure).toMatchObject({ stage: 'connect' });
    answerFirst();
    expect([(await first).body, (await third).body]).toEqual(['["first"]', '["third"]']);
    expect(org.requests.map(({ path }) => path)).toEqual(['/first', '/third']);
    expect(new Set(ports).size).toBe(1);
  });
});

describe('a deadline', () => {
  test('fires its signal, also for who asks late, and keeps the first reason', async () => {
    const leaving = new AbortController();
    const deadline = new Deadline(60_000, leaving.signal);
    const { signal } = deadline;
    leaving.abort();
    expect([signal.aborted, deadline.signal.aborted, deadline.ended()]).toEqual([true, true, 'aborted']);
    expect(new Deadline(60_000, leaving.signal).signal.aborted).toBe(true);
    const short = new Deadline(20);
    await new Promise((resolve) => short.signal.addEventListener('abort', resolve));
    expect(short.ended()).toBe('timeout');
  });

  test('does not end by an answer’s limit between two attempts', async () => {
    connect({ headersMs: 1000 });
    org.will(cutBefore);
    const deadline = new Deadline(1300);
    const request = { method: 'GET', path: '/', headers: {}, body: null, picture: false } as const;
    await getFailure(pool.exchange(request, deadline));
    await new Promise((resolve) => deadline.signal.addEventListener('abort', resolve));
    expect(deadline.ended()).toBe('timeout');
    deadline.close();
  });
});
