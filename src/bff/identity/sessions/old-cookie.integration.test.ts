import { connect } from 'node:net';
import { beforeEach, expect, test } from 'vitest';
import { allEndpoints } from '#contract/all.ts';
import type { EndpointName } from '#contract/endpoints.ts';
import { findId } from '#testing/security-methods.ts';
import { GRACE, testEnv, type Portal } from '#testing/test-env.ts';
import type { Visitor } from '#testing/visitor.ts';

const env = await testEnv();
let portal: Portal;
let grace: Visitor;
beforeEach(async () => {
  portal = await env.fresh();
  grace = await portal.signedIn(GRACE);
});

/** Resolves once the portal has found the session of the next request. */
function foundNext(): Promise<void> {
  const { sessions } = portal.app.services;
  const { find } = sessions;
  return new Promise((resolve) => {
    sessions.find = async (...args) => {
      const session = await find(...args);
      sessions.find = find;
      resolve();
      return session;
    };
  });
}

/** Sends a request's head, and waits until the portal has found its session. The returned function sends the body. */
async function parked(
  name: EndpointName,
  params: Record<string, string>,
  token: string,
  body: object,
  found = foundNext(),
  more: readonly string[] = [],
) {
  const { port, host } = new URL(portal.base);
  const text = JSON.stringify(body);
  const path = allEndpoints[name].path.replace(/\{(\w+)\}/g, (_, key: string) => params[key]!);
  const head = [
    `${allEndpoints[name].method} ${path} HTTP/1.1`,
    `host: ${host}`,
    `cookie: latchkey-${port}=${token}`,
    `origin: ${portal.base}`,
    'x-latchkey: 1',
    'content-type: application/json',
    `content-length: ${text.length}`,
    'connection: close',
    ...more,
    '',
    '',
  ];
  const socket = connect(Number(port), '127.0.0.1');
  const answer = new Promise<string>((resolve, reject) => {
    let received = '';
    socket.on('data', (chunk) => (received += chunk.toString()));
    socket.on('end', () => resolve(received));
    socket.on('error', reject);
  });
  socket.write(head.join('\r\n'));
  await found;
  return async () => {
    socket.write(text);
    const received = await answer;
    return { status: Number(received.slice(9, 12)), received };
  };
}

const stepUp = async (purpose: string) => {
  const factorId = await findId(grace, 'totp');
  return grace.call('verifyFactor', { factorId }, { body: { passCode: await env.code(GRACE), purpose } });
};

test('[S4] a request sent with a cookie does not continue after a step-up replaced the cookie', async () => {
  const stolen = grace.token()!;
  const finish = await parked('enrollFactor', {}, stolen, { kind: 'sms', phoneNumber: '+15550109999' });
  const steppedUp = await stepUp('enroll:sms');
  expect(steppedUp.status).toBe(200);
  expect(grace.token()).not.toBe(stolen);
  expect((await finish()).status).toBe(401);
  expect((await grace.call('enrollFactor', {}, { body: { kind: 'sms', phoneNumber: '+15550101234' } })).status).toBe(
    201,
  );
});

test.each([
  [
    'asks how a push stands, whose end would bring the new cookie',
    'pollTransaction',
    { factorId: 'uft00000000000000000', transactionId: 'v2mst.1111111111111111' },
  ],
  ['stops all changes', 'freezeMyself', {}],
] as const)('[S4] nor does one that %s', async (_what, name, params) => {
  const finish = await parked(name, params, grace.token()!, {});
  expect((await stepUp('enroll:sms')).status).toBe(200);
  const { status, received } = await finish();
  expect([status, received.includes('set-cookie')]).toEqual([401, false]);
});

test('[S4] nor does a repeat, when another step-up has replaced the cookie that it asks for', async () => {
  const { repeats, sessions } = portal.app.services;
  const { renewedFrom } = repeats;
  const old = grace.token()!;
  const body = { passCode: await env.code(GRACE), purpose: 'enroll:sms' };
  const [factorId, key] = [await findId(grace, 'totp'), 'a'.repeat(32)];
  const first = await grace.call('verifyFactor', { factorId }, { body, headers: { 'idempotency-key': key } });
  expect(first.status).toBe(200);
  const { promise: found, resolve } = Promise.withResolvers<void>();
  repeats.renewedFrom = async (...args) => renewedFrom(...args).finally(resolve);
  const finish = await parked('verifyFactor', { factorId }, old, body, found, [`idempotency-key: ${key}`]);
  const session = await sessions.find(grace.token()!, false);
  expect(await sessions.renew(session!, { verified_at: env.clock.now() })).not.toBeNull();
  const { status, received } = await finish();
  expect([status, received.includes('set-cookie')]).toEqual([401, false]);
});

test('[S4] a request that waited behind the step-up is refused', async () => {
  const other = portal.visitor();
  other.plant(grace.token()!);
  const factorId = await findId(grace, 'totp');
  const release = Promise.withResolvers<void>();
  const { codeAttempts } = portal.app.services;
  const guard = codeAttempts.guard;
  let judging!: () => void;
  const verifyingOld = new Promise<void>((resolve) => (judging = resolve));
  codeAttempts.guard = async (attempt, check) => {
    judging();
    await release.promise;
    codeAttempts.guard = guard;
    return guard(attempt, check);
  };
  const passCode = await env.code(GRACE);
  const verifying = grace.call('verifyFactor', { factorId }, { body: { passCode, purpose: 'enroll:sms' } });
  await verifyingOld;
  const found = foundNext();
  const waiting = other.call('enrollFactor', {}, { body: { kind: 'sms', phoneNumber: '+15550109999' } });
  await found;
  release.resolve();
  expect([(await verifying).status, (await waiting).status]).toEqual([200, 401]);
});

test('[A5] a step-up belongs to the current cookie, however long a request waited', async () => {
  const { stepUps, sessions } = portal.app.services;
  const before = (await sessions.find(grace.token()!, false))!;
  expect((await stepUp('enroll:sms')).status).toBe(200);
  const now = (await sessions.find(grace.token()!, false))!;
  expect([await stepUps.consume(before, 'enroll:sms', 2), await stepUps.consume(now, 'enroll:sms', 2)]).toEqual([
    null,
    expect.any(String),
  ]);
  expect(await sessions.renew(before, { verified_at: env.clock.now() })).toBeNull();
});
