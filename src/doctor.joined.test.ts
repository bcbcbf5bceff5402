import { execFile } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createClock } from '#clock';
import { startOrg } from '#org/start.ts';
import type { Org } from '#org/start.ts';

let org: Org;
beforeAll(async () => {
  org = await startOrg({ port: 0, dataDir: mkdtempSync(join(tmpdir(), 'latchkey-doctor-')), clock: createClock() });
});
afterAll(() => org.close());

/** Runs the doctor as `npm run doctor` does, with these settings alone. */
function doctor(settings: Record<string, string>): Promise<{ code: number; lines: string[] }> {
  const env = { PATH: process.env['PATH'] ?? '', ...settings };
  const args = ['--disable-warning=ExperimentalWarning', join(import.meta.dirname, 'doctor.ts')];
  return new Promise((resolve) => {
    execFile(process.execPath, args, { env }, (error, stdout) => {
      resolve({ code: error ? Number(error.code) : 0, lines: stdout.trim().split('\n') });
    });
  });
}

const whole = () => ({
  PORT: '3000',
  OKTA_ORG_URL: org.url,
  OKTA_ISSUER: org.issuer,
  OKTA_CLIENT_ID: org.clientId,
  OKTA_CLIENT_SECRET: org.clientSecret,
  OKTA_API_TOKEN: org.apiToken,
  SESSION_SECRET: 'k'.repeat(43),
  SMTP_URL: org.smtpUrl,
});

it('passes a configuration that works, a line a check', async () => {
  const { code, lines } = await doctor(whole());
  expect(lines.map((line) => line.split(':', 1)[0])).toEqual(
    ['org', 'issuer', 'credential', 'redirect URI', 'mail'].map((name) => `passed  ${name}`),
  );
  expect(code).toBe(0);
});

it.each([
  ['OKTA_ISSUER', () => org.url, /^FAILED {2}issuer: .*\/oauth2\/default does: set it to that/],
  ['OKTA_API_TOKEN', () => '00wrongwrongwrong', /^FAILED {2}credential: OKTA_API_TOKEN is not valid/],
  ['OKTA_CLIENT_ID', () => 'somebody-else', /^FAILED {2}redirect URI: .* is not a sign-in redirect URI of somebody-else/],
  ['SMTP_URL', () => '', /^FAILED {2}mail: SMTP_URL is not set/],
  ['OKTA_ORG_URL', () => 'http://127.0.0.1:9', /^FAILED {2}/],
])('says what to do about a wrong %s', async (name, value, words) => {
  const { code, lines } = await doctor({ ...whole(), [name]: value() });
  expect(lines.join('\n')).toMatch(new RegExp(words.source, 'm'));
  expect(code).toBe(1);
});

it('lists wrong settings before it asks anybody', async () => {
  const { code, lines } = await doctor({ OKTA_ORG_URL: org.url, PORT: 'x' });
  expect(code).toBe(1);
  expect(lines.length).toBeGreaterThan(3);
  expect(lines.every((line) => line.startsWith('FAILED  settings: '))).toBe(true);
});
