import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { findProgram, runProgram } from '#testing/programs/find-program.ts';
import { runOperatorProgram } from '#testing/programs/operator-program.ts';
import { startTestEnv } from '#testing/test-env.ts';
import { errorPage } from './error-page.ts';
import { temporaryFolder } from '#testing/programs/temporary-folder.ts';

const folder = temporaryFolder();
const file = join(folder, 'latchkey-503.http');
const run = (words: string[], env: Record<string, string> = {}) =>
  runOperatorProgram('src/operator/error-page/write-error-page.ts', words, { DATA_DIR: folder, ...env });
const company = {
  baseUrl: 'https://portal.example.com',
  orgName: 'Example',
  supportPhone: null,
  supportUrl: null,
  supportHours: null,
};

test('the file has the settings’ words and no script, and HAProxy takes it', async () => {
  const settings = { ORG_NAME: 'Müller & Söhne', SUPPORT_PHONE: '+49 30 555', SUPPORT_HOURS: '8 to 18' };
  expect(await run([file], settings)).toMatchObject({ code: 0, out: expect.stringContaining(`errorfile 503 ${file}`) });
  const text = readFileSync(file, 'utf8');
  const [head, page] = text.split('\r\n\r\n') as [string, string];
  expect(head).toMatch(/^HTTP\/1\.1 503 .*\r\n(?:[\w-]+: .+\r\n)*[\w-]+: .+$/);
  expect(head).toContain('Cache-Control: no-store');
  for (const word of ['Müller &amp; Söhne', '+49 30 555', '8 to 18', 'href="/"']) expect(page).toContain(word);
  expect(page).not.toMatch(/<script|<style|<img|style=|src=/);
  expect(await run([file], settings)).toMatchObject({ out: expect.stringContaining('is replaced') });
  const haproxy = findProgram('haproxy');
  if (haproxy === undefined) return;
  const config = join(folder, 'haproxy.cfg');
  const check = async (name: string) => {
    const lines = ['defaults', ' mode http', ' timeout client 1s', ' timeout connect 1s', ' timeout server 1s'];
    writeFileSync(config, [...lines, ` errorfile 503 ${name}`, 'frontend a', ' bind 127.0.0.1:1', ''].join('\n'));
    return (await runProgram(haproxy, ['-c', '-f', config])).code;
  };
  expect(await check(file)).toBe(0);
  writeFileSync(join(folder, 'planted'), 'no answer');
  expect(await check(join(folder, 'planted'))).not.toBe(0);
});

test('its headers are those of the portal, where the portal has them', async () => {
  const env = await startTestEnv();
  const portal = await env.fresh();
  const { headers } = await portal.visitor().raw({ path: '/no-such-page', headers: { accept: 'text/html' } });
  const lines = errorPage(company).split('\r\n\r\n')[0]!.split('\r\n').slice(1);
  const own = ['content-security-policy', 'retry-after', 'strict-transport-security'];
  for (const line of lines) {
    const [name, value] = [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 2)];
    if (!own.includes(name)) expect([name, headers[name]]).toEqual([name, value]);
  }
  expect(lines.join('\n')).toContain("default-src 'none'");
  await env.close();
});

test('HTTPS is asked for where the portal asks for it, and a page that HAProxy would not take is refused', () => {
  expect(errorPage(company)).toContain('Strict-Transport-Security: max-age=63072000; includeSubDomains');
  expect(errorPage({ ...company, baseUrl: 'https://localhost:8443' })).not.toContain('Strict-Transport');
  expect(() => errorPage({ ...company, orgName: 'x'.repeat(8000) })).toThrow('more than 16000 bytes');
});

test('without a file, and with wrong settings, it says so and writes nothing', async () => {
  expect(await run([])).toMatchObject({ code: 1, err: expect.stringContaining('into which file?') });
  const never = join(folder, 'never');
  expect(await run([never], { BASE_URL: 'nowhere' })).toMatchObject({
    code: 1,
    err: expect.stringContaining('BASE_URL'),
  });
  expect(() => readFileSync(never)).toThrow('ENOENT');
});
