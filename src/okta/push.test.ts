import { beforeEach, describe, expect, test } from 'vitest';
import { type OktaClient } from './client.ts';
import { json, noContent, badOrg } from './testing/bad-org.ts';
import { getFailure } from './testing/failure.ts';
import { activationWaiting, pendingPush, push, pushWaiting, qrcodeAt, userId } from './testing/samples.ts';
import { connectTo } from './testing/connect.ts';

const org = await badOrg();
let client: OktaClient;

beforeEach(() => {
  client = connectTo(org);
  return () => client.close();
});

const ids = { userId, factorId: push.id };
const at = `/api/v1/users/${userId}/factors/${push.id}`;
const sent = () => org.requests.map(({ method, path, body }) => `${method} ${path} ${body}`);
const qrcodeHref = qrcodeAt('https://example.okta.com');

test('enrollFactor gives the QR image’s address and when the enrollment expires', async () => {
  org.will(json(pendingPush));
  const { activation } = await client.userFactorApi.enrollFactor({
    userId,
    body: { factorType: 'push', provider: 'OKTA' },
  });
  expect(activation).toMatchObject({
    factorResult: 'WAITING',
    expiresAt: '2026-05-04T09:30:00.000Z',
    qrcodeHref,
    options: null,
    sharedSecret: null,
  });
});

describe('pollFactorActivation', () => {
  const poll = () => client.userFactorApi.pollFactorActivation(ids);

  test('reports that the phone is still awaited', async () => {
    org.will(json(activationWaiting));
    expect(await poll()).toEqual({
      factor: null,
      factorResult: 'WAITING',
      expiresAt: '2026-05-04T09:30:00.000Z',
    });
    expect(sent()).toEqual([`POST ${at}/lifecycle/activate/poll {}`]);
  });

  test('gives the whole factor once it is active', async () => {
    org.will(json(push));
    expect(await poll()).toMatchObject({
      factor: { id: push.id, status: 'ACTIVE', profile: { name: 'Phone' } },
      factorResult: 'SUCCESS',
      expiresAt: null,
    });
  });

  test.each([
    ['timed out', { factorResult: 'TIMEOUT', _links: { activate: { href: 'x' } } }, 'TIMEOUT'],
    ['a word nobody knows yet', { factorResult: 'PONDERING' }, 'PONDERING'],
    ['the whole factor, not yet active', pendingPush, 'WAITING'],
    ['the same without its activation', { ...pendingPush, _embedded: undefined }, 'WAITING'],
    ['a factor that ran out', { ...pendingPush, status: 'EXPIRED', _embedded: undefined }, 'EXPIRED'],
  ])('%s', async (_, answer, factorResult) => {
    org.will(json(answer));
    expect(await poll()).toMatchObject({ factor: null, factorResult });
  });

  test.each([
    ['a success without its factor', { factorResult: 'SUCCESS' }],
    [
      'a factor called a success that is pending',
      { ...pendingPush, _embedded: { activation: { factorResult: 'SUCCESS' } } },
    ],
    ['a factor without a status', { ...push, status: undefined }],
    ['nothing known', { expiresAt: 'x' }],
    ['a list', [push]],
    ['null', null],
  ])('rejects %s', async (_, answer) => {
    org.will(json(answer));
    expect(await getFailure(poll)).toMatchObject({ kind: 'bad_reply' });
  });
});

describe('sendActivationLink', () => {
  const later = {
    ...pendingPush,
    _embedded: { activation: { ...pendingPush._embedded.activation, expiresAt: '2026-05-04T09:41:00.000Z' } },
  };

  test('sends the link by sms or email', async () => {
    org.will(json(later));
    const body = { profile: { phoneNumber: '+15550100123' } };
    expect(await client.userFactorApi.sendActivationLink({ ...ids, channel: 'sms', body })).toEqual({
      expiresAt: '2026-05-04T09:41:00.000Z',
    });
    expect(await client.userFactorApi.sendActivationLink({ ...ids, channel: 'email' })).toEqual({
      expiresAt: '2026-05-04T09:41:00.000Z',
    });
    expect(sent()).toEqual([
      `POST ${at}/lifecycle/activate/sms ${JSON.stringify(body)}`,
      `POST ${at}/lifecycle/activate/email {}`,
    ]);
  });

  test('gives the expiry from inside or outside the result, or null', async () => {
    org.will(json(activationWaiting), json({ factorResult: 'WAITING' }));
    const link = () => client.userFactorApi.sendActivationLink({ ...ids, channel: 'email' });
    expect(await link()).toEqual({ expiresAt: activationWaiting.expiresAt });
    expect(await link()).toEqual({ expiresAt: null });
  });
});

describe('a push challenge', () => {
  test.each<[unknown, number | null]>([
    [47, 47],
    [7, 7],
    [0, 0],
    ['47', 47],
    ['07', 7],
    [100, null],
    [-1, null],
    [4.5, null],
    ['', null],
    ['4 7', null],
    [null, null],
    [[47], null],
  ])('reads a number to match of %j as %j', async (correctAnswer, expected) => {
    org.will(json({ ...pushWaiting, _embedded: { challenge: { correctAnswer } } }, 201));
    const result = await client.userFactorApi.verifyFactor({ ...ids, body: { useNumberMatchingChallenge: true } });
    expect(result).toMatchObject({ factorResult: 'WAITING', correctAnswer: expected });
    expect(sent()).toEqual([`POST ${at}/verify {"useNumberMatchingChallenge":true}`]);
  });

  test('without number matching has no number, and can be cancelled', async () => {
    org.will(json({ ...pushWaiting, _embedded: undefined }, 201), noContent, json({}));
    const { correctAnswer, transactionId } = await client.userFactorApi.verifyFactor(ids);
    expect(correctAnswer).toBeNull();
    await client.userFactorApi.cancelFactorTransaction({ ...ids, transactionId: transactionId ?? '' });
    await client.userFactorApi.cancelFactorTransaction({ ...ids, transactionId: transactionId ?? '' });
    expect(sent()[1]).toBe(`DELETE ${at}/transactions/v2mst.AAAAAAAAAAAAAAAAAAAAAA `);
  });
});
