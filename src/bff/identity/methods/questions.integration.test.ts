import { beforeEach, expect, test } from 'vitest';
import { ADA, GRACE, testEnv, type Portal } from '#testing/test-env.ts';
import { said, type Visitor } from '#testing/visitor.ts';

const env = await testEnv();
let portal: Portal;
let ada: Visitor;
beforeEach(async () => {
  portal = await env.fresh();
  ada = await portal.signedIn(ADA);
  await env.takeRequests();
});

const READ = 'GET /api/v1/users/*/factors/questions';
const paths = async () =>
  (await env.takeRequests())
    .map(({ method, path }) => `${method} ${path.replace(/^.*\/factors/, '')}`)
    .filter((line) => line.includes('questions'));
const offered = async (who = ada) =>
  ((await who.call('listSupportedFactors')).body.factors as { kind: string }[]).some(({ kind }) => kind === 'question');

test('the org is asked once per hour and language, for all people', async () => {
  const { questions } = (await ada.call('listSecurityQuestions')).body;
  expect(questions).toHaveLength(19);
  expect(questions[0]).toEqual({
    question: 'disliked_food',
    questionText: 'What is the food you least liked as a child?',
  });
  const grace = await portal.signedIn(GRACE);
  await grace.call('listSecurityQuestions');
  expect(await paths()).toEqual(['GET /questions']);
  await ada.call('listSecurityQuestions', {}, { headers: { 'accept-language': 'de' } });
  await grace.call('listSecurityQuestions', {}, { headers: { 'accept-language': 'DE' } });
  expect(await paths()).toEqual(['GET /questions']);
  env.advance(3600);
  await ada.signIn(ADA);
  await ada.call('listSecurityQuestions');
  expect(await paths()).toEqual(['GET /questions']);
});

test('a failed read is not cached, and unpublished questions are left out', async () => {
  await env.fault({ match: READ, status: 500 });
  expect(said(await ada.call('listSecurityQuestions'))).toBe('502 org_error');
  await env.fault({
    match: READ,
    status: 200,
    body: [
      { question: 'first_award', questionText: 'What?' },
      { question: 'Ada’s own', questionText: 'Who?' },
      { question: 'x', questionText: '' },
    ],
  });
  expect((await ada.call('listSecurityQuestions')).body.questions).toEqual([
    { question: 'first_award', questionText: 'What?' },
  ]);
});

test('is active at once, and its answer is in no response, row or email', async () => {
  const made = await ada.call(
    'enrollFactor',
    {},
    { body: { kind: 'question', question: 'disliked_food', answer: 'turnips galore' } },
  );
  expect([said(made), made.body.activation]).toEqual(['201', null]);
  expect(made.body.factor).toMatchObject({
    kind: 'question',
    status: 'ACTIVE',
    strength: 1,
    detail: 'What is the food you least liked as a child?',
  });
  await portal.app.services.outbox.flush();
  const emails = await env.emails(ADA);
  expect(emails).toHaveLength(2);
  expect(emails[0]!.text).toContain('Security question was added');
  expect(await portal.store.selectFrom('grants').selectAll().execute()).toEqual([]);
  const rows = [
    emails,
    ...(await Promise.all(
      (['audit_log', 'outbox', 'repeats'] as const).map((table) =>
        portal.store.selectFrom(table).selectAll().execute(),
      ),
    )),
  ];
  expect(JSON.stringify([made.body, rows])).not.toContain('turnips');
  const events = await portal.auditRows({ kind: 'question', type: ['event', 'outcome'] }, 'event');
  expect(events.map(({ event }) => event)).toEqual(['user.mfa.factor.enroll', 'user.mfa.factor.activate']);
  await portal.stepUp(ada, 'enroll:question', 1);
  const again = await ada.call(
    'enrollFactor',
    {},
    { body: { kind: 'question', question: 'first_award', answer: 'for running' } },
  );
  expect(again.body.error).toMatchObject({ code: 'already_enrolled', factorId: made.body.factor.id });
});

test('an answer that the org refuses is reported as a bad answer', async () => {
  const question = 'disliked_food';
  const asked = await ada.call('enrollFactor', {}, { body: { kind: 'question', question, answer: 'abc' } });
  expect(said(asked)).toBe('400 bad_request');
  const body = {
    errorCode: 'E0000001',
    errorSummary: 'Api validation failed: factorEnrollRequest',
    errorCauses: [{ errorSummary: 'Invalid Profile.' }],
  };
  await env.fault({ match: 'POST /api/v1/users/*/factors', status: 400, body });
  expect(
    said(await ada.call('enrollFactor', {}, { body: { kind: 'question', question, answer: 'the food itself' } })),
  ).toBe('400 bad_answer');
  await env.fault({ match: 'POST /api/v1/users/*/factors', status: 400, body });
  expect(said(await ada.call('enrollFactor', {}, { body: { kind: 'sms' } }))).toBe('400 bad_phone');
  await env.fault({ match: 'POST /api/v1/users/*/factors', status: 400, body });
  expect(said(await ada.call('enrollFactor', {}, { body: { kind: 'totp' } }))).toBe('409 conflict');
});

test('are not offered where our credential may not read them: by a refusal, or as a service app', async () => {
  expect(await offered()).toBe(true);
  await env.fault({ match: READ, status: 403, body: { errorCode: 'E0000006', errorSummary: 'x', errorCauses: [] } });
  expect(said(await ada.call('listSecurityQuestions'))).toBe('409 managed_at_okta');
  expect(await offered()).toBe(false);
  await env.takeRequests();
  expect(said(await ada.call('listSecurityQuestions'))).toBe('409 managed_at_okta');
  expect(await paths()).toEqual([]);
  env.advance(3600);
  await ada.signIn(ADA);
  expect(await offered()).toBe(true);

  const app = await env.another({ okta: (client) => ({ ...client, credentialKind: 'private-key' }) });
  const there = await app.signedIn(ADA);
  expect(await offered(there)).toBe(false);
  await env.takeRequests();
  expect(said(await there.call('listSecurityQuestions'))).toBe('409 managed_at_okta');
  expect(await paths()).toEqual([]);
});
