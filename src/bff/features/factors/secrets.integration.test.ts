import type { FactorKind } from '#contract/kinds.ts';
import { inspect } from 'node:util';
import type { FastifyBaseLogger } from 'fastify';
import { expect, test } from 'vitest';
import { createSecurityKey } from '#okta-emulator/testing/security-key.ts';
import { codeSent } from '#testing/security-methods.ts';
import { ADA, testEnv } from '#testing/test-env.ts';
import { said } from '#testing/visitor.ts';
import { readText } from '#testing/store-contents.ts';

const env = await testEnv();

/** Keeps all logged words, with errors and their causes. */
function listening(): { logger: FastifyBaseLogger; words: string[] } {
  const words: string[] = [];
  const hear = (...given: unknown[]) => void words.push(inspect(given, { depth: 20, showHidden: true }));
  const logger = {
    level: 'trace',
    trace: hear,
    debug: hear,
    info: hear,
    warn: hear,
    error: hear,
    fatal: hear,
    silent: hear,
    child: () => logger,
  } as unknown as FastifyBaseLogger;
  return { logger, words };
}

const answers = (factorId: string) => `POST /api/v1/users/*/factors${factorId && '/*/lifecycle/activate'}`;

test('[L2] codes, answers, secrets, numbers, QR addresses and names are in no log line and no row, whatever the org does', async () => {
  const { logger, words } = listening();
  const portal = await env.fresh({ logger });
  const ada = await portal.signedIn(ADA);
  const { clientSecret, apiToken } = env.emulator;
  const secrets: string[] = [ada.token()!, clientSecret, apiToken, '5550100123', 'turnips galore', 'My blue key'];
  const enroll = (body: object) => ada.call('enrollFactor', {}, { body });
  const failing = async (match: string, run: () => Promise<{ status: number }>) => {
    // The portal retries a failed read once.
    for (const fault of [
      { status: 500 },
      { status: 200, body: '<html>' },
      { cut: 'before' as const, times: match.startsWith('GET') ? 2 : 1 },
    ]) {
      await env.fault({ match, ...fault });
      expect((await run()).status).toBeGreaterThanOrEqual(500);
      // One number gets a message at most every 30 s, even after a failed attempt.
      env.advance(31);
    }
  };
  const completeStepUp = async (kind: FactorKind) => {
    for (let give = 0; give < 5; give += 1) await portal.stepUp(ada, `enroll:${kind}`, 4);
  };

  const sms = { kind: 'sms', phoneNumber: '+15550100123' };
  await failing(answers(''), () => enroll(sms));
  const begun = await enroll(sms);
  expect(said(begun)).toBe('201');
  const { factor } = begun.body;
  const code = await codeSent(env, ADA);
  secrets.push(code);
  const activate = (passCode: string) => ada.call('activateFactor', { factorId: factor.id }, { body: { passCode } });
  await failing(answers(factor.id), () => activate(code));
  env.advance(300);
  await ada.call('resendFactor', { factorId: factor.id });
  const last = await codeSent(env, ADA);
  secrets.push(last);
  expect(said(await activate(last))).toBe('200');

  await completeStepUp('question');
  const question = { kind: 'question', question: 'first_award', answer: 'turnips galore' };
  await failing(answers(''), () => enroll(question));
  expect(said(await enroll(question))).toBe('201');

  await completeStepUp('totp');
  const totp = (await enroll({ kind: 'totp' })).body;
  expect(totp.activation.sharedSecret).toMatch(/^[A-Z2-7]{16,}$/);
  secrets.push(totp.activation.sharedSecret);
  await env.fault({ match: answers(totp.factor.id), status: 500 });
  const wrong = { body: { passCode: '000000' } };
  expect((await ada.call('activateFactor', { factorId: totp.factor.id }, wrong)).status).toBeGreaterThanOrEqual(500);

  await completeStepUp('okta-verify');
  const push = (await enroll({ kind: 'okta-verify', method: 'push' })).body.factor;
  await failing('GET /api/v1/users/*/factors/*/qr/*', () => ada.call('getActivationQr', { factorId: push.id }));
  await ada.raw({ path: `/api/factors/${push.id}/activation/qr` });
  const token = (await env.takeRequests())
    .find(({ path }) => path.includes('/qr/'))!
    .path.split('/')
    .at(-1)!;
  expect(token.length).toBeGreaterThan(10);
  secrets.push(token);

  await completeStepUp('webauthn');
  const made = (await enroll({ kind: 'webauthn' })).body;
  const stepUp = createSecurityKey({ origin: portal.base }).register(made.activation.options.challenge);
  secrets.push(stepUp.attestation, made.activation.options.challenge);
  // The lost answers above count as wrong codes, and would soon reach the limit.
  await portal.store.updateTable('lockout_misses').set({ misses: 0 }).execute();
  await failing(answers(made.factor.id), () =>
    ada.call('activateFactor', { factorId: made.factor.id }, { body: stepUp }),
  );
  await ada.call('nameFactor', { factorId: made.factor.id }, { body: { name: 'My blue key' } });

  // The log does contain failures.
  expect(words.join('\n')).toMatch(/org_error/);
  const rows = await readText(portal.store, 'factor_notes');
  for (const secret of secrets) {
    const found = words.filter((line) => line.includes(secret));
    expect([secret, found]).toEqual([secret, []]);
    expect([secret, rows.includes(secret)]).toEqual([secret, false]);
  }
});
