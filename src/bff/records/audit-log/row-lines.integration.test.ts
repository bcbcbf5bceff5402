import { PassThrough } from 'node:stream';
import pino from 'pino';
import { expect, test } from 'vitest';
import { verifyEvents } from '#operator/audit-verify/verify-events.ts';
import { GRACE, testEnv } from '#testing/test-env.ts';

const env = await testEnv();

test('with AUDIT_LOG_LINES each row is a line of the log at any LOG_LEVEL, and the lines verify', async () => {
  const stream = new PassThrough();
  let text = '';
  stream.on('data', (chunk: Buffer) => (text += chunk.toString()));
  const logger = pino({ level: 'silent' }, stream) as never;
  const portal = await env.fresh({ settings: { auditLogLines: true }, logger });
  const grace = await portal.signedIn(GRACE);
  await grace.call('enrollFactor', {}, { body: { kind: 'totp' } });
  const { seq } = await portal.store.selectFrom('audit_log_head').select('seq').executeTakeFirstOrThrow();
  const { auditLog } = portal.app.services;
  const lines = text.trimEnd().split('\n');
  expect([seq > 0, lines.length]).toEqual([true, seq]);
  expect(await verifyEvents(lines, auditLog.keys, [await auditLog.head()])).toMatchObject({
    ...{ tampered: null, first: 1, last: seq, signedUntil: seq },
  });
});
