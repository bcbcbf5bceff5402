import { gzipSync } from 'node:zlib';
import { beforeEach, describe, expect, test } from 'vitest';
import type { OktaClient, OktaClientOptions } from './client.ts';
import {
  cutBefore,
  cutInside,
  hang,
  json,
  noContent,
  oktaError,
  raw,
  startBadOrg,
  type Behaviour,
  badOrg,
} from './testing/bad-org.ts';
import { getFailure } from './testing/failure.ts';
import {
  activationRestarted,
  activationWaiting,
  catalog,
  factors,
  group,
  pendingPush,
  pendingTotp,
  png,
  pushWaiting,
  qrcodeAt,
  role,
  sms,
  totp,
  totpId,
  user,
  userId,
} from './testing/samples.ts';
import { connectTo } from './testing/connect.ts';

type Operation = {
  call: (client: OktaClient, origin: string) => Promise<unknown>;
  effect: 'read' | 'change' | 'send';
  good: unknown;
  /** Answers that are valid JSON but have a wrong shape. */
  wrong?: unknown[];
};

const ids = { userId, factorId: totpId };
const transactionId = 'v2mst.AAAAAAAAAAAAAAAAAAAAAA';
const without = (name: string, value: object) =>
  Object.fromEntries(Object.entries(value).filter(([key]) => key !== name));
const noFactor = [{}, null, [], 'x', 7, without('id', totp), without('factorType', totp), { ...totp, id: 7 }];
const noResult = [{}, null, [], 'x', without('factorResult', pushWaiting), { factorResult: 7 }, { factorResult: '' }];
const noList = (entry: object) => [{}, null, 'x', { items: [entry] }, [without('id', entry)], [null]];

const operations: Record<string, Operation> = {
  listFactors: {
    call: ({ userFactorApi }) => userFactorApi.listFactors({ userId }),
    effect: 'read',
    good: factors,
    wrong: noList(totp),
  },
  listSupportedFactors: {
    call: ({ userFactorApi }) => userFactorApi.listSupportedFactors({ userId }),
    effect: 'read',
    good: catalog,
    wrong: [{}, null, [{ provider: 'OKTA' }]],
  },
  listSupportedSecurityQuestions: {
    call: ({ userFactorApi }) => userFactorApi.listSupportedSecurityQuestions({ userId }),
    effect: 'read',
    good: [{ question: 'a', questionText: 'A?' }],
    wrong: [{}, null, [{ questionText: 'A?' }]],
  },
  getFactor: { call: ({ userFactorApi }) => userFactorApi.getFactor(ids), effect: 'read', good: totp, wrong: noFactor },
  getFactorTransactionStatus: {
    call: ({ userFactorApi }) => userFactorApi.getFactorTransactionStatus({ ...ids, transactionId }),
    effect: 'read',
    good: pushWaiting,
    wrong: noResult,
  },
  'enrollFactor, nothing sent': {
    call: ({ userFactorApi }) => userFactorApi.enrollFactor({ userId, body: { factorType: 'token:software:totp' } }),
    effect: 'change',
    good: pendingTotp,
    wrong: noFactor,
  },
  'enrollFactor by sms': {
    call: ({ userFactorApi }) => userFactorApi.enrollFactor({ userId, body: { factorType: 'sms' }, sends: true }),
    effect: 'send',
    good: sms,
    wrong: noFactor,
  },
  'enrollFactor by sms, active at once': {
    call: ({ userFactorApi }) => userFactorApi.enrollFactor({ userId, body: { factorType: 'sms' }, activate: true }),
    effect: 'change',
    good: sms,
    wrong: noFactor,
  },
  activateFactor: {
    call: ({ userFactorApi }) => userFactorApi.activateFactor({ ...ids, body: { passCode: '123456' } }),
    effect: 'change',
    good: totp,
    wrong: [...noFactor, activationRestarted],
  },
  resendEnrollFactor: {
    call: ({ userFactorApi }) => userFactorApi.resendEnrollFactor(ids),
    effect: 'send',
    good: sms,
    wrong: noFactor,
  },
  pollFactorActivation: {
    call: ({ userFactorApi }) => userFactorApi.pollFactorActivation(ids),
    effect: 'change',
    good: activationWaiting,
    wrong: noResult,
  },
  'sendActivationLink by sms': {
    call: ({ userFactorApi }) => userFactorApi.sendActivationLink({ ...ids, channel: 'sms' }),
    effect: 'send',
    good: pendingPush,
    wrong: [{}, null, [], 'x'],
  },
  'sendActivationLink by email': {
    call: ({ userFactorApi }) => userFactorApi.sendActivationLink({ ...ids, channel: 'email' }),
    effect: 'send',
    good: pendingPush,
    wrong: [{}, null, [], 'x'],
  },
  'verifyFactor, a challenge': {
    call: ({ userFactorApi }) => userFactorApi.verifyFactor(ids),
    effect: 'send',
    good: pushWaiting,
    wrong: noResult,
  },
  'verifyFactor with a code': {
    call: ({ userFactorApi }) => userFactorApi.verifyFactor({ ...ids, body: { passCode: '1' } }),
    effect: 'change',
    good: { factorResult: 'SUCCESS' },
    wrong: noResult,
  },
  'verifyFactor with an answer': {
    call: ({ userFactorApi }) => userFactorApi.verifyFactor({ ...ids, body: { answer: '1' } }),
    effect: 'change',
    good: { factorResult: 'SUCCESS' },
    wrong: noResult,
  },
  'verifyFactor with a key': {
    call: ({ userFactorApi }) => userFactorApi.verifyFactor({ ...ids, body: { clientData: '1' } }),
    effect: 'change',
    good: { factorResult: 'SUCCESS' },
    wrong: noResult,
  },
  cancelFactorTransaction: {
    call: ({ userFactorApi }) => userFactorApi.cancelFactorTransaction({ ...ids, transactionId }),
    effect: 'change',
    good: undefined,
  },
  deleteFactor: { call: ({ userFactorApi }) => userFactorApi.deleteFactor(ids), effect: 'change', good: undefined },
  getQrCode: {
    call: ({ userFactorApi }, origin) => userFactorApi.getQrCode({ href: qrcodeAt(origin) }),
    effect: 'read',
    good: png,
    wrong: [{}, null, []],
  },
  getUser: {
    call: ({ users }) => users.getUser({ userId }),
    effect: 'read',
    good: user,
    wrong: [{}, null, [], without('status', user)],
  },
  searchUsers: {
    call: ({ users }) => users.searchUsers({ search: 'id pr', limit: 10 }),
    effect: 'read',
    good: [user],
    wrong: noList(user),
  },
  resetFactors: { call: ({ users }) => users.resetFactors({ userId }), effect: 'change', good: undefined },
  unlockUser: { call: ({ users }) => users.unlockUser({ userId }), effect: 'change', good: undefined },
  listAssignedRolesForUser: {
    call: ({ users }) => users.listAssignedRolesForUser({ userId }),
    effect: 'read',
    good: [role],
    wrong: [{}, null, [role, without('type', role)]],
  },
  getGroup: {
    call: ({ groups }) => groups.getGroup({ groupId: '00g1' }),
    effect: 'read',
    good: group,
    wrong: [{}, null, [], without('id', group)],
  },
  listGroupUsers: {
    call: ({ groups }) => groups.listGroupUsers({ groupId: '00g1', limit: 2 }),
    effect: 'read',
    good: [user],
    wrong: noList(user),
  },
  listUserGroups: {
    call: ({ groups }) => groups.listUserGroups({ userId }),
    effect: 'read',
    good: [group],
    wrong: noList(group),
  },
  revokeUserSessions: {
    call: ({ sessions }) => sessions.revokeUserSessions({ userId }),
    effect: 'change',
    good: undefined,
  },
  wellKnown: {
    call: ({ org: { wellKnown } }) => wellKnown(),
    effect: 'read',
    good: { id: '00o1', pipeline: 'idx' },
    wrong: [{}, null, [], { id: '00o1', pipeline: 'v3' }],
  },
  listAuthenticators: {
    call: ({ org: { listAuthenticators } }) => listAuthenticators(),
    effect: 'read',
    good: [{ id: 'aut1', key: 'webauthn', status: 'ACTIVE' }],
    wrong: noList({ id: 'aut1', key: 'webauthn' }),
  },
  getKeyVerification: {
    call: ({ org: { getKeyVerification } }) => getKeyVerification({ authenticatorId: 'aut1' }),
    effect: 'read',
    good: { type: 'webauthn', settings: { userVerification: 'PREFERRED' } },
    wrong: [{}, null, [], { settings: {} }],
  },
};

const date = 'Mon, 04 May 2026 09:15:00 GMT';
const now = 1_000_000;
const rate = (resetIn: number, remaining = 0) => ({
  date,
  'x-rate-limit-limit': '600',
  'x-rate-limit-remaining': String(remaining),
  'x-rate-limit-reset': String(Date.parse(date) / 1000 + resetIn),
});
const fifty = Buffer.alloc(50_000_000, ' ');
const bomb = gzipSync(fifty);
const jsonType = { 'content-type': 'application/json' };

type Expected = { kind: string; status?: number | null; code?: string | null; retryAt?: number | null };
type Fault = {
  behaviour: Behaviour;
  expected: Expected;
  /** A change always makes exactly one request. */
  reads: number;
  /** Whether the change may have been carried out. Default: `no`. */
  acted?: 'maybe';
};

const faults: Record<string, Fault> = {
  '400': {
    behaviour: oktaError(400, 'E0000001'),
    expected: { kind: 'api', status: 400, code: 'E0000001', retryAt: null },
    reads: 1,
  },
  '429 near': {
    behaviour: oktaError(429, 'E0000047', rate(1)),
    expected: { kind: 'api', status: 429, code: 'E0000047', retryAt: now + 2000 },
    reads: 3,
  },
  '429 far': {
    behaviour: oktaError(429, 'E0000047', rate(50)),
    expected: { kind: 'api', status: 429, retryAt: now + 51_000 },
    reads: 1,
  },
  '429 of an sms just sent, with the bucket’s headers': {
    behaviour: oktaError(429, 'E0000109', rate(1, 590)),
    expected: { kind: 'api', status: 429, code: 'E0000109', retryAt: now + 30_000 },
    reads: 1,
  },
  '429 of a call just made': {
    behaviour: oktaError(429, 'E0000133', rate(1, 590)),
    expected: { kind: 'api', status: 429, code: 'E0000133', retryAt: now + 30_000 },
    reads: 1,
  },
  '429 of an email just sent': {
    behaviour: oktaError(429, 'E0000118', rate(1, 590)),
    expected: { kind: 'api', status: 429, code: 'E0000118', retryAt: now + 5000 },
    reads: 1,
  },
  '500': {
    behaviour: oktaError(500, 'E0000009'),
    expected: { kind: 'api', status: 500, code: 'E0000009' },
    reads: 1,
    acted: 'maybe',
  },
  '503 of a message that could not be delivered': {
    behaviour: oktaError(503, 'E0000139'),
    expected: { kind: 'api', status: 503, code: 'E0000139' },
    reads: 2,
    acted: 'maybe',
  },
  'HTML with 200': {
    behaviour: raw('<html>Sign in</html>', 200, { 'content-type': 'text/html' }),
    expected: { kind: 'bad_reply', status: 200 },
    reads: 1,
    acted: 'maybe',
  },
  'cut before': { behaviour: cutBefore, expected: { kind: 'unavailable', status: null }, reads: 2, acted: 'maybe' },
  'cut after': {
    behaviour: cutInside('[{"id":"x"}]'.repeat(20)),
    expected: { kind: 'bad_reply' },
    reads: 2,
    acted: 'maybe',
  },
  'a gzip bomb of 50 MB': {
    behaviour: raw(bomb, 200, { ...jsonType, 'content-encoding': 'gzip' }),
    expected: { kind: 'bad_reply' },
    reads: 1,
    acted: 'maybe',
  },
  '50 MB': { behaviour: raw(fifty, 200, jsonType), expected: { kind: 'bad_reply' }, reads: 1, acted: 'maybe' },
};

const org = await badOrg();
let client: OktaClient;
let slept: number[];

function connect(options: Partial<OktaClientOptions> = {}): OktaClient {
  return connectTo(org, {
    clock: { now: () => now },
    random: () => 0.5,
    sleep: async (ms) => void slept.push(ms),
    ...options,
  });
}

beforeEach(() => {
  slept = [];
  client = connect();
  return () => client.close();
});

const effects = Object.entries(operations).map(([name, { effect }]) => `${name}: ${effect}`);

test('the table covers every operation', () => {
  const listGroups = [client.userFactorApi, client.users, client.groups, client.sessions, client.org];
  const all = new Set(listGroups.flatMap((group) => Object.keys(group)));
  expect(new Set(Object.keys(operations).map((name) => name.split(/[ ,]/, 1)[0]))).toEqual(all);
  expect(effects.filter((line) => line.endsWith('send')).length).toBe(5);
});

test('[U2] no answer: every operation ends in time, after one request', async () => {
  // In parallel, because each operation waits a second. Each has its own org, so that requests are counted per
  // operation.
  await Promise.all(
    Object.entries(operations).map(async ([name, { call, effect }]) => {
      const silent = await startBadOrg();
      silent.will(hang);
      const waiting = connect({ orgUrl: silent.origin, limits: { headersMs: 1000, callMs: 2000 } });
      const error = await getFailure(() => call(waiting, silent.origin));
      const acted = effect === 'read' ? 'no' : 'maybe';
      expect([name, error.kind, error.status, error.acted, silent.requests.length]).toEqual([
        name,
        'timeout',
        null,
        acted,
        1,
      ]);
      await waiting.close();
      await silent.close();
    }),
  );
  expect(slept).toEqual([]);
});

describe.each(Object.entries(operations))('%s', (_, { call, effect, good, wrong = [] }) => {
  test.each(Object.entries(faults))('[U2] %s', async (__, { behaviour, expected, reads, acted = 'no' }) => {
    org.will(behaviour);
    const error = await getFailure(() => call(client, org.origin));
    expect(error).toMatchObject({ ...expected, acted: effect === 'read' ? 'no' : acted });
    expect(org.requests.length).toBe(effect === 'read' ? reads : 1);
    expect(slept.length).toBe(org.requests.length - 1);
  });

  test('rejects an answer without required fields, and accepts one without optional fields', async () => {
    for (const body of wrong) {
      org.requests.length = 0;
      org.will(json(body));
      expect(await getFailure(() => call(client, org.origin))).toMatchObject({
        kind: 'bad_reply',
        status: 200,
        acted: effect === 'read' ? 'no' : 'maybe',
      });
      expect(org.requests.length).toBe(1);
    }
  });

  test('ignores extra fields', async () => {
    org.will(
      good === undefined
        ? noContent
        : Buffer.isBuffer(good)
          ? raw(good, 200, { 'content-type': 'image/png' })
          : json(good),
    );
    const plain = await call(client, org.origin);
    const extra = { tomorrow: [{ is: 'another day' }], toString: 1 };
    const more = Array.isArray(good)
      ? good.map((entry: object) => ({ ...extra, ...entry }))
      : { ...extra, ...(good as object) };
    org.will(
      good === undefined
        ? json(extra)
        : Buffer.isBuffer(good)
          ? raw(good, 200, { 'content-type': 'image/png', 'x-tomorrow': '1' })
          : json(more),
    );
    expect(await call(client, org.origin)).toEqual(plain);
  });
});
