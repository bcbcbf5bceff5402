import { beforeEach, describe, expect, test } from 'vitest';
import { type OktaClient } from './client.ts';
import { OktaError } from './wire/okta-error.ts';
import { json, noContent, oktaError, badOrg } from './testing/bad-org.ts';
import {
  catalog,
  creation,
  factors,
  pendingTotp,
  pendingWebauthn,
  pushWaiting,
  sms,
  totpId,
  userId,
} from './testing/samples.ts';
import { connectTo } from './testing/connect.ts';

const org = await badOrg();
let client: OktaClient;

beforeEach(() => {
  client = connectTo(org, { credential: { kind: 'ssws', token: 'token' } });
  return () => client.close();
});

const sent = () => org.requests.map(({ method, path, body }) => ({ method, path, body }));
const base = `/api/v1/users/${userId}/factors`;

describe('requests and answers on the wire', () => {
  test('listFactors', async () => {
    org.will(json(factors));
    const list = await client.userFactorApi.listFactors({ userId });
    expect(list.map(({ factorType }) => factorType)).toEqual(['email', 'sms', 'token:software:totp', 'push']);
    expect(list.unreadable).toBe(0);
    expect(list[0]).toMatchObject({ created: null, lastUpdated: null, activation: null });
    expect(sent()).toEqual([{ method: 'GET', path: base, body: '' }]);
    expect(org.requests[0]?.headers).toMatchObject({
      authorization: 'SSWS token',
      accept: 'application/json',
      'accept-encoding': 'identity',
      'user-agent': 'latchkey/test',
    });
  });

  test('listSupportedFactors and listSupportedSecurityQuestions', async () => {
    org.will(json(catalog), json([{ question: 'disliked_food', questionText: 'What?' }]));
    const offered = await client.userFactorApi.listSupportedFactors({ userId });
    expect(offered.map(({ factorType, enrollment }) => [factorType, enrollment])).toEqual([
      ['question', 'OPTIONAL'],
      ['sms', 'REQUIRED'],
    ]);
    expect(await client.userFactorApi.listSupportedSecurityQuestions({ userId })).toEqual([
      { question: 'disliked_food', questionText: 'What?' },
    ]);
    expect(sent().map(({ path }) => path)).toEqual([`${base}/catalog`, `${base}/questions`]);
  });

  test('enrollFactor gives what is needed to activate, and sends its parameters as text', async () => {
    org.will(json(pendingTotp));
    const body = { factorType: 'token:software:totp', provider: 'GOOGLE' };
    const factor = await client.userFactorApi.enrollFactor({
      userId,
      body,
      updatePhone: true,
      templateId: 'cst1',
      tokenLifetimeSeconds: 60,
      activate: false,
    });
    expect(factor.activation).toMatchObject({
      sharedSecret: 'MFRGGZDFMZTWQ2LKMFRGGZDFMZTWQ2LK',
      timeStep: 30,
    });
    expect(sent()).toEqual([
      {
        method: 'POST',
        path: `${base}?updatePhone=true&templateId=cst1&tokenLifetimeSeconds=60&activate=false`,
        body: JSON.stringify(body),
      },
    ]);
    expect(org.requests[0]?.headers['content-type']).toBe('application/json');
  });

  test('enrollFactor gives a security key’s creation options, and nothing else', async () => {
    org.will(
      json(pendingWebauthn),
      json({ ...pendingWebauthn, _embedded: { activation: { ...creation, challenge: 7, rp: null } } }),
    );
    const enroll = () =>
      client.userFactorApi.enrollFactor({ userId, body: { factorType: 'webauthn', provider: 'FIDO' } });
    expect((await enroll()).activation).toMatchObject({ options: creation, qrcodeHref: null, sharedSecret: null });
    expect((await enroll()).activation?.options).toBeNull();
  });

  test('resendEnrollFactor', async () => {
    org.will(json({ ...sms, status: 'PENDING_ACTIVATION' }));
    const body = { factorType: 'sms', profile: { phoneNumber: '+15550100123' } };
    expect(
      await client.userFactorApi.resendEnrollFactor({ userId, factorId: 'mbl1', body, templateId: 'cst1' }),
    ).toMatchObject({ id: sms.id, status: 'PENDING_ACTIVATION' });
    await client.userFactorApi.resendEnrollFactor({ userId, factorId: 'mbl1' });
    expect(sent()).toEqual([
      { method: 'POST', path: `${base}/mbl1/resend?templateId=cst1`, body: JSON.stringify(body) },
      { method: 'POST', path: `${base}/mbl1/resend`, body: '{}' },
    ]);
  });

  test('verifyFactor gives a result, and a push challenge from a 201', async () => {
    org.will(json({ factorResult: 'SUCCESS' }), json(pushWaiting, 201), json({ factorResult: 'REJECTED' }));
    expect(
      await client.userFactorApi.verifyFactor({ userId, factorId: totpId, body: { passCode: '123456' } }),
    ).toMatchObject({ factorResult: 'SUCCESS', transactionId: null });
    const waiting = await client.userFactorApi.verifyFactor({ userId, factorId: 'opf1' });
    expect(waiting).toMatchObject({
      factorResult: 'WAITING',
      challenge: { correctAnswer: 47 },
      transactionId: 'v2mst.AAAAAAAAAAAAAAAAAAAAAA',
    });
    const transactionId = waiting.transactionId ?? '';
    expect(
      await client.userFactorApi.getFactorTransactionStatus({ userId, factorId: 'opf1', transactionId }),
    ).toMatchObject({ factorResult: 'REJECTED' });
    expect(sent()).toEqual([
      { method: 'POST', path: `${base}/${totpId}/verify`, body: '{"passCode":"123456"}' },
      { method: 'POST', path: `${base}/opf1/verify`, body: '{}' },
      { method: 'GET', path: `${base}/opf1/transactions/v2mst.AAAAAAAAAAAAAAAAAAAAAA`, body: '' },
    ]);
  });

  test('deleteFactor sends removeRecoveryEnrollment, the name that Okta reads', async () => {
    org.will(noContent);
    await client.userFactorApi.deleteFactor({ userId, factorId: totpId });
    await client.userFactorApi.deleteFactor({ userId, factorId: totpId, removeEnrollmentRecovery: true });
    expect(sent()).toEqual([
      { method: 'DELETE', path: `${base}/${totpId}`, body: '' },
      { method: 'DELETE', path: `${base}/${totpId}?removeRecoveryEnrollment=true`, body: '' },
    ]);
  });
});

test('an error has Okta’s code, summary, causes, id and request id', async () => {
  org.will(
    oktaError(403, 'E0000068', { 'x-okta-request-id': 'req1' }, [
      "Your passcode doesn't match our records. Please try again.",
    ]),
  );
  const error = await client.userFactorApi
    .verifyFactor({ userId, factorId: totpId, body: { passCode: '1' } })
    .catch((e: unknown) => e);
  expect(error).toBeInstanceOf(OktaError);
  expect(error).toMatchObject({
    kind: 'api',
    status: 403,
    code: 'E0000068',
    summary: 'Summary of E0000068',
    errorId: 'oaeAAAAAAAAAAAAAAAAAAAAAA',
    oktaRequestId: 'req1',
    retryAt: null,
    acted: 'no',
    causes: ["Your passcode doesn't match our records. Please try again."],
  });
});

test.each([
  '',
  '.',
  '..',
  'a..b',
  'a/b',
  '%2e%2e',
  'a?b',
  'a#b',
  'a;b',
  'a\0',
  'ä',
  ' a',
  'a\n',
  'a'.repeat(65),
  'a'.repeat(10_000),
])('[A3] refuses an invalid id before anything is sent: %j', async (bad) => {
  const calls = [
    client.userFactorApi.listFactors({ userId: bad }),
    client.userFactorApi.deleteFactor({ userId, factorId: bad }),
    client.userFactorApi.enrollFactor({ userId: bad, body: {} }),
    client.userFactorApi.getFactorTransactionStatus({ userId, factorId: totpId, transactionId: bad }),
    client.userFactorApi.resendEnrollFactor({ userId, factorId: bad }),
    client.userFactorApi.pollFactorActivation({ userId: bad, factorId: totpId }),
    client.userFactorApi.sendActivationLink({ userId, factorId: bad, channel: 'sms' }),
    client.userFactorApi.cancelFactorTransaction({ userId, factorId: totpId, transactionId: bad }),
    client.users.getUser({ userId: bad }),
    client.users.resetFactors({ userId: bad }),
    client.users.listAssignedRolesForUser({ userId: bad }),
    client.groups.listUserGroups({ userId: bad }),
    client.sessions.revokeUserSessions({ userId: bad }),
  ];
  for (const call of calls) await expect(call).rejects.toThrow(TypeError);
  expect(org.requests).toEqual([]);
});
